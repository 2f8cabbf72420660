"""Numbers for a system against gold: measures, counts, reports."""
