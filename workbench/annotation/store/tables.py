"""The store's present layout. `migrations/` makes it; a test holds the two against each other."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

VERSION = "0001"
"""The revision of `migrations/` whose result this is."""

VERSION_TABLE = "workbench_store_version"
"""Where a database says which revision it has; a database with tables but without this one is none of ours."""

_STATES = "state IN ('assigned', 'in_progress', 'done', 'skipped')"

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

_number = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up by itself only in a column of type INTEGER

batch = Table("batch", metadata, Column("name", Text, primary_key=True))
"""One row for each batch, which whoever hands out documents locks."""

document = Table(
    "document",
    metadata,
    Column("batch", Text, ForeignKey(batch.c.name), primary_key=True),
    Column("doc_id", Text, primary_key=True),
    Column("text_sha256", Text, nullable=False),
    Column("text", Text, nullable=False),
)
"""The texts that annotators have in front of them: without them the positions in the log would mean nothing."""

assignment = Table(
    "assignment",
    metadata,
    Column("number", _number, primary_key=True),
    Column("batch", Text, nullable=False),
    Column("doc_id", Text, nullable=False),
    Column("annotator", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("state", Text, nullable=False),
    ForeignKeyConstraint(["batch", "doc_id"], [document.c.batch, document.c.doc_id]),
    UniqueConstraint("batch", "doc_id", "annotator"),
    CheckConstraint("revision >= 1", name="revision"),
    CheckConstraint(_STATES, name="state"),
)

event = Table(
    "event",
    metadata,
    Column("assignment", _number, ForeignKey(assignment.c.number), primary_key=True, autoincrement=False),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("op", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("ms", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("session", Text, nullable=False),
    Column("token", Text, nullable=False),
    CheckConstraint("revision >= 1", name="revision"),
    CheckConstraint("ms >= 0", name="ms"),
    CheckConstraint(_STATES, name="state"),
)
"""The log. `body` is JSON, `at` milliseconds since 1970 in UTC. Rows are only ever added."""

conflict = Table(
    "conflict",
    metadata,
    Column("number", _number, primary_key=True),
    Column("assignment", _number, ForeignKey(assignment.c.number), nullable=False),
    Column("expected", Integer, nullable=False),
    Column("found", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("session", Text, nullable=False),
    Index(None, "assignment"),
)
"""Every refused change: whose it was, the revision it was made for, and the one that was there."""
