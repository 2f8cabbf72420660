"""Documents, assignments, the log of events, conflicts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_STATES = "state IN ('assigned', 'in_progress', 'done', 'skipped')"


_number = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the first layout."""
    _make_assignments()
    _make_log()


def _make_assignments() -> None:
    op.create_table(
        "batch", sa.Column("name", sa.Text, nullable=False), sa.PrimaryKeyConstraint("name", name="pk_batch")
    )
    op.create_table(
        "document",
        sa.Column("batch", sa.Text, nullable=False),
        sa.Column("doc_id", sa.Text, nullable=False),
        sa.Column("text_sha256", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("batch", "doc_id", name="pk_document"),
        sa.ForeignKeyConstraint(["batch"], ["batch.name"], name="fk_document_batch"),
    )
    op.create_table(
        "assignment",
        sa.Column("number", _number, nullable=False),
        sa.Column("batch", sa.Text, nullable=False),
        sa.Column("doc_id", sa.Text, nullable=False),
        sa.Column("annotator", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_assignment"),
        sa.ForeignKeyConstraint(
            ["batch", "doc_id"], ["document.batch", "document.doc_id"], name="fk_assignment_document"
        ),
        sa.UniqueConstraint("batch", "doc_id", "annotator", name="uq_assignment"),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_assignment_revision")),
        sa.CheckConstraint(_STATES, name=op.f("ck_assignment_state")),
    )


def _make_log() -> None:
    op.create_table(
        "event",
        sa.Column("assignment", _number, nullable=False, autoincrement=False),
        sa.Column("revision", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("op", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("ms", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("session", sa.Text, nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("assignment", "revision", name="pk_event"),
        sa.ForeignKeyConstraint(["assignment"], ["assignment.number"], name="fk_event_assignment"),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_event_revision")),
        sa.CheckConstraint("ms >= 0", name=op.f("ck_event_ms")),
        sa.CheckConstraint(_STATES, name=op.f("ck_event_state")),
    )
    op.create_table(
        "conflict",
        sa.Column("number", _number, nullable=False),
        sa.Column("assignment", _number, nullable=False),
        sa.Column("expected", sa.Integer, nullable=False),
        sa.Column("found", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("session", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_conflict"),
        sa.ForeignKeyConstraint(["assignment"], ["assignment.number"], name="fk_conflict_assignment"),
    )
    op.create_index("ix_conflict_assignment", "conflict", ["assignment"])
