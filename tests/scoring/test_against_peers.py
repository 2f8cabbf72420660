"""Other scorers as oracles, on the data on which they are right: flat spans, valid tags, no duplicates."""

from __future__ import annotations

from typing import Any

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from nervaluate import Evaluator
from seqeval.metrics import classification_report
from seqeval.scheme import IOB2
from spacy.scorer import Scorer
from spacy.tokens import Doc, Span
from spacy.training import Example

from tests.scoring.documents import document
from workbench.scoring.measures import parse
from workbench.scoring.score import Score, score

TEXT = "四川省政协向𠀀剑阁县\u00a0姚家乡（贫困户）捐赠210万元，xié回访"
TYPES = ("LOC", "MONEY", "ORG")
Spans = list[tuple[int, int, str]]


@st.composite
def flat(draw: st.DrawFn) -> Spans:
    """Spans of a text that do not overlap, in order."""
    cuts = sorted(draw(st.lists(st.integers(0, len(TEXT)), unique=True, max_size=12)))
    return [(start, end, draw(st.sampled_from(TYPES))) for start, end in zip(cuts[::2], cuts[1::2], strict=False)]


@st.composite
def flat_pairs(draw: st.DrawFn) -> tuple[Spans, Spans]:
    """Gold and predicted spans, many of them common."""
    gold = draw(flat())
    if draw(st.booleans()):
        return gold, draw(flat())
    kept = [span for span in gold if draw(st.booleans())]
    return gold, [(start, end, draw(st.sampled_from((kind, "LOC")))) for start, end, kind in kept]


def scored(gold: Spans, predicted: Spans) -> Score:
    return score([document(gold)], [document(predicted)])


def ratios(made: Score, match: str = "strict", row: str | None = None) -> tuple[float, float, float]:
    """Precision, recall and F1, with 0 for what is undefined, as the peers have it."""
    suffix = f",type={row}" if row else ""
    names = (f"entity_{statistic}(match={match}{suffix})" for statistic in ("precision", "recall", "f1"))
    return tuple(made.value(parse(name)).value or 0.0 for name in names)  # type: ignore[return-value]


def tags(spans: Spans) -> list[str]:
    made = ["O"] * len(TEXT)
    for start, end, kind in spans:
        made[start:end] = [f"B-{kind}"] + [f"I-{kind}"] * (end - start - 1)
    return made


@given(flat_pairs())
def test_seqeval_in_strict_mode(pair: tuple[Spans, Spans]) -> None:
    """Seqeval 1.2.2 with an explicit IOB2 scheme, on one tag for each code point: micro and per type."""
    gold, predicted = pair
    if not gold or not predicted:  # seqeval cannot report on sides without entities
        return
    report = classification_report(
        [tags(gold)], [tags(predicted)], mode="strict", scheme=IOB2, output_dict=True, zero_division=0
    )
    made = scored(gold, predicted)
    assert ratios(made) == pytest.approx(_seqeval(report["micro avg"]))
    for kind in {kind for _, _, kind in (*gold, *predicted)}:
        assert ratios(made, row=kind) == pytest.approx(_seqeval(report[kind]))


def _seqeval(row: dict[str, Any]) -> tuple[float, float, float]:
    return row["precision"], row["recall"], row["f1-score"]


def entities(spans: Spans) -> list[dict[str, Any]]:
    """Nervaluate's dictionaries; its ends are inclusive."""
    return [{"start": start, "end": end - 1, "label": kind} for start, end, kind in spans]


@given(flat_pairs())
def test_nervaluate_strict_and_exact(pair: tuple[Spans, Spans]) -> None:
    """On flat spans an exact partner has no rival, so nervaluate 1.2.1 finds as many correct ones as there are."""
    gold, predicted = pair
    if not gold:  # an empty first document is an IndexError there
        return
    overall = Evaluator([entities(gold)], [entities(predicted)], tags=list(TYPES), loader="dict").evaluate()["overall"]
    made = scored(gold, predicted)
    for match in ("strict", "exact"):
        theirs = overall[match]
        assert ratios(made, match) == pytest.approx((theirs.precision, theirs.recall, theirs.f1))
        assert made.counts(parse(f"entity_f1(match={match})")).gold.correct == theirs.correct


@given(flat(), st.data())
def test_nervaluate_all_schemas_when_pairs_are_clear(gold: Spans, data: st.DataObject) -> None:
    """All MUC counts of all four schemas, when each prediction overlaps one gold span at most."""
    if not gold:
        return
    predicted: Spans = []
    for start, end, kind in gold:
        made = data.draw(st.sampled_from(["exact", "shorter", "other type", "both", "missed"]))
        if made != "missed":
            shorter = made in ("shorter", "both") and end - start > 1
            other = data.draw(st.sampled_from(TYPES)) if made in ("other type", "both") else kind
            predicted.append((start, end - shorter, other))
    overall = Evaluator([entities(gold)], [entities(predicted)], tags=list(TYPES), loader="dict").evaluate()["overall"]
    result = scored(gold, predicted)
    for ours, theirs in (("strict", "strict"), ("exact", "exact"), ("partial", "partial"), ("type", "ent_type")):
        counts, found = result.counts(parse(f"entity_f1(match={ours})")), overall[theirs]
        side = counts.gold
        assert (side.correct, side.incorrect, side.partial, side.unmatched, counts.predicted.unmatched) == (
            found.correct,
            found.incorrect,
            found.partial,
            found.missed,
            found.spurious,
        )


@settings(max_examples=50)
@given(flat_pairs())
def test_spacy_score_spans(pair: tuple[Spans, Spans]) -> None:
    """SpaCy 3.8's span scorer on one token for each code point: micro and per type."""
    vocabulary = spacy.blank("xx").vocab

    def doc(spans: Spans) -> Doc:
        made = Doc(vocabulary, words=list(TEXT), spaces=[False] * len(TEXT))
        made.ents = [Span(made, start, end, label=kind) for start, end, kind in spans]
        return made

    gold, predicted = pair
    if not gold:  # without any gold span spaCy scores nothing
        return
    example = Example(doc(predicted), doc(gold))
    found = Scorer.score_spans([example], attr="ents", getter=lambda one, _: one.ents)
    made = scored(gold, predicted)
    assert ratios(made) == pytest.approx((found["ents_p"], found["ents_r"], found["ents_f"]))
    for kind, row in found["ents_per_type"].items():
        assert ratios(made, row=kind) == pytest.approx((row["p"], row["r"], row["f"]))
