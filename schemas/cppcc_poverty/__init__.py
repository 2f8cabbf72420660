"""The schema of CPPCC and party reports on poverty alleviation, with its guidelines, migrations and place names."""
