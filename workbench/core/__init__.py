"""What every stage shares: positions, records, values, checks, files, errors. Knows no format, no screen, no model."""
