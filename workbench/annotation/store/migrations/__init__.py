"""The way from an empty database to the present layout, one script for each step, run by alembic.

A step never changes once released. Programs of the version before it may have the store open while it runs, so it
leaves their statements valid. `alembic` rebuilds a SQLite table to change it, so steps use `op.batch_alter_table`.
"""
