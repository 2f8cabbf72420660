"""Two people's work side by side: agreement, consistency, adjudication, gold."""
