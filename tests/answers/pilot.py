"""The annotations that stand for gold in these tests: the newest release."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from workbench.answers.reports import Report, open_reports
from workbench.corpus.releases import GOLD, release_names

ROOT = Path(__file__).parent.parent.parent
ANNOTATIONS = ROOT / GOLD / release_names(ROOT)[-1]


@cache
def pilot() -> tuple[Report, ...]:
    """The five reports."""
    return open_reports(ANNOTATIONS)


def clean(document: str) -> Report:
    """The report whose id begins like this."""
    (found,) = (report for report in pilot() if report.doc_id.startswith(document))
    return found
