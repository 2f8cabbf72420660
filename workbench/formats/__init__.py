"""One file per file format: read and write annotated documents. Nothing else knows what a format looks like."""
