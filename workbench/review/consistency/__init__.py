"""The audit of consistency: what is legal and yet doubtful, because it is not done alike everywhere.

`workbench.core.checks` says what is wrong with one annotation by the schema; the audit compares places with each other
and looks for what annotators miss. Its findings are doubts. Each has a rule and a key (`findings`); one that is right
as it stands is answered with a reason, and is then no longer listed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from schemas import Schema
from workbench.core.records import AnnotatedDocument
from workbench.review.consistency.counts import LEAST_DROP, drop_findings
from workbench.review.consistency.findings import RULES, Finding, in_order, with_answers
from workbench.review.consistency.items import item_findings
from workbench.review.consistency.pages import open_pages
from workbench.review.consistency.strings import string_findings
from workbench.review.consistency.triggers import trigger_findings

__all__ = ["LEAST_DROP", "RULES", "Finding", "audit"]


def audit(
    documents: Sequence[AnnotatedDocument],
    schema: Schema,
    answers: Mapping[str, Mapping[str, str]] | None = None,
    before: Sequence[AnnotatedDocument] = (),
    least_drop: float = LEAST_DROP,
) -> tuple[Finding, ...]:
    """Find what one author, or a gold set, did not do alike everywhere, in the order of `RULES`.

    `answers` maps document ids to keys of findings and the reasons why they stand; answered findings are marked.
    `before` are the documents of an earlier state, with whose counts the present ones are compared. Documents without a
    text, and annotations that do not hold together, are left out of everything but the counts.
    """
    pages = list(open_pages(documents, schema))
    found = [finding for page in pages for part in (item_findings, trigger_findings) for finding in part(page)]
    found += string_findings(pages)
    found += drop_findings(documents, before, least_drop)
    return with_answers(in_order(found), answers or {})
