"""Annotations that have gone: fewer of a type in a document than before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from workbench.core.records import AnnotatedDocument, Annotation
from workbench.review.consistency.findings import Finding

LEAST_DROP = 0.2
"""The share of a type's annotations in a document from which their loss is listed."""

_LEAST_LOST = 2
"""One annotation less is a correction."""


def drop_findings(
    documents: Sequence[AnnotatedDocument], before: Sequence[AnnotatedDocument], least: float = LEAST_DROP
) -> Iterator[Finding]:
    """Types of which a document has lost at least the share `least`, and documents that are no longer there.

    Two annotations or more must be lost.
    """
    now = {document.doc_id: _counts(document.annotation) for document in documents}
    for old in before:
        counts = _counts(old.annotation)
        if old.doc_id not in now:
            lost = f"{sum(counts.values())} annotations before, now the document is missing"
            yield Finding("drop", old.doc_id, (), f"{sum(counts.values())}→0", "document", lost)
            continue
        for kind, number in sorted(counts.items()):
            left = now[old.doc_id][kind]
            if number - left >= _LEAST_LOST and (number - left) / number >= least:
                share = (number - left) / number
                message = f"{number} {kind} before, {left} now"
                yield Finding("drop", old.doc_id, (), f"{number}→{left}", kind, message, round(share, 3))


def _counts(annotation: Annotation) -> Counter[str]:
    groups = (annotation.entities, annotation.relations, annotation.frames)
    return Counter(item.type for group in groups for item in group)
