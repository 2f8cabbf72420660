"""Annotation: the work of people on the documents of a batch, kept while it is in progress."""
