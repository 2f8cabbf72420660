"""What the audit finds: the rules, and a finding with the key under which it can be answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from workbench.core.text import Fragments

RULES: Mapping[str, str] = {
    "domain": "a relation links, or a role is filled by, types that the schema does not admit",
    "no-value": "a type that has a normalised value is annotated without one",
    "no-code": "a place at county level or above has no GB/T 2260 code",
    "reading": "the normalised value is not the one that the string reads as",
    "loose": "a value hangs on no relation, no role and no enclosing span",
    "edge": "a span begins or ends with white space or punctuation, or quotes or brackets enclose it whole",
    "unbalanced": "a quote or bracket inside a span has no partner there",
    "cluster": "one cluster holds mentions of different types, places or canonical names",
    "split-name": "one name stands in different clusters of a document",
    "type": "a string has another type here than in most places",
    "partial": "a string that is annotated whole elsewhere is annotated in part or cut here, or the other way round",
    "nested": "a name inside a longer one is annotated there in some places and not in others",
    "repeat": "a string that is annotated in most places stands here without an annotation",
    "lone": "a string that is annotated here stands without an annotation in most places",
    "trigger": "the text of a trigger stands in its sentence once more: it may be marked at the wrong place",
    "trigger-mention": "a trigger lies in a mention",
    "trigger-heading": "a trigger stands in a heading, which tells no deed",
    "drop": "a document has fewer annotations of a type than in the release it is compared with",
}
"""What each rule finds, in the order in which findings are listed: the surest rules first."""

_ORDER = {rule: position for position, rule in enumerate(RULES)}


class Finding(NamedTuple):
    """A doubt about one place of one document.

    `spans` are the fragments of what it is about: an entity, a trigger, both ends of a relation; a drop has none.
    `about` names the types that play a part, `sureness` (0 to 1) orders the findings of a rule, `snippet` is the
    sentence around the first span. `answer` is the reason why an adjudicator lets it stand.
    """

    rule: str
    doc_id: str
    spans: Fragments
    text: str
    about: str
    message: str
    sureness: float = 1.0
    snippet: str = ""
    answer: str | None = None

    @property
    def key(self) -> str:
        """What an answer names: the same finding has the same key in every run, whatever ids annotations have."""
        offsets = "+".join(f"{span.start}:{span.end}" for span in self.spans)
        return "|".join((self.rule, self.doc_id, offsets, self.about, self.text))


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings by rule, the surest of a rule first, then in the order of documents and text; each key once."""
    unique: dict[str, Finding] = {}
    for finding in findings:
        unique.setdefault(finding.key, finding)
    return tuple(
        sorted(unique.values(), key=lambda one: (_ORDER[one.rule], -one.sureness, one.doc_id, one.spans, one.key))
    )


def with_answers(findings: Iterable[Finding], answers: Mapping[str, Mapping[str, str]]) -> tuple[Finding, ...]:
    """The findings, marked with their answers; `answers` maps document ids to keys and the reasons given for them."""
    return tuple(finding._replace(answer=answers.get(finding.doc_id, {}).get(finding.key)) for finding in findings)
