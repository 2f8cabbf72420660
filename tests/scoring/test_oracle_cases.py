"""Reference cases on which other scorers give a wrong number: ours gives the expected one."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path
from typing import Any

import pytest

from tests.scoring.documents import document, value
from workbench.core.counts import Counts
from workbench.core.records import AnnotatedDocument
from workbench.scoring.averages import vectors
from workbench.scoring.collection import InMemory, compare_collections
from workbench.scoring.errors import document_errors
from workbench.scoring.measures import parse
from workbench.scoring.score import Score, score
from workbench.scoring.selection import Selection
from workbench.scoring.significance import paired_test

ORACLES = Path(__file__).parent.parent / "oracles"
CASES: dict[str, dict[str, Any]] = {
    case["name"]: case
    for case in map(json.loads, (ORACLES / "scorer-cases.jsonl").read_text(encoding="utf-8").splitlines())
}
TAG_SEQUENCES = "reads tag sequences; this scorer takes spans, and tags are a matter of the BIO reader of formats"
NOT_APPLICABLE = {
    "seqeval-I-start-repaired": TAG_SEQUENCES,
    "seqeval-mode-strict-silently-ignored": TAG_SEQUENCES,
    "seqeval-strict-hides-malformed-prediction": TAG_SEQUENCES,
    "seqeval-BMES-lost-entity": TAG_SEQUENCES,
    "seqeval-sample-weight-ignored": "weights of single tags; no measure here has weights, and none is ignored",
}
SPANS = [name for name, case in CASES.items() if isinstance(case["gold"], list) and isinstance(case["pred"], list)]
ELSEWHERE = {
    "neleval-by-doc-drops-gold-empty-docs",
    "dygie-argument-recall-200pct",
    "scorch-adds-spurious-mentions-to-gold",
    "sacrebleu-AR-tiny-set-p-value",
    "hf-evaluate-needs-hub",
}
"""Cases that are not two lists of spans; each has its own test below."""


def test_every_case_is_tested_or_listed_with_a_reason() -> None:
    """No case is passed over in silence."""
    assert set(CASES) == {name for name in SPANS if name not in NOT_APPLICABLE} | set(NOT_APPLICABLE) | ELSEWHERE
    assert len(CASES) == 28


def scored(case: dict[str, Any]) -> Score:
    return score([document(case["gold"])], [document(case["pred"])])


def wanted(case: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The expected numbers by our schema; the cases name them in their tools' ways."""
    expected = (
        {key: found for key, found in case["expected"].items() if key not in ("note", "or")}
        if isinstance(case["expected"], dict)
        else {}
    )
    names = {"ent_type": "type", "both": "strict", "all": "strict", "token": "strict"}
    if not all(isinstance(found, dict) for found in expected.values()):
        bare = {key for key, found in expected.items() if isinstance(found, (int, float)) and key not in names}
        if bare:
            return {"strict": {key: expected[key] for key in bare}}
    return {names.get(key, key): found if isinstance(found, dict) else {"F1": found} for key, found in expected.items()}


def all_numbers(counts: Counts) -> dict[str, float | None]:
    ratios = {"P": counts.precision, "R": counts.recall, "F1": counts.f1}
    ratios |= {"pre": counts.precision, "rec": counts.recall, "fsc": counts.f1}
    gold = counts.gold
    found = {"COR": gold.correct, "INC": gold.incorrect, "PAR": gold.partial, "MIS": gold.unmatched}
    return ratios | found | {"SPU": counts.predicted.unmatched, "cor": gold.correct, "mis": gold.unmatched}


def is_table(case: dict[str, Any]) -> bool:
    """Whether the expectation is in numbers that one scoring gives."""
    return case["name"] not in {*NOT_APPLICABLE, *IN_WORDS} and case["name"] in SPANS


IN_WORDS = {
    "nervaluate-missed-report-shows-wrong-entity",
    "nervaluate-missed-report-crash",
    "bratutils-discontinuous-crash",
    "brateval-id-order-dependence",
    "brateval-all-row-zero-with-config",
    "nereval-order-dependence",
}
"""Cases whose expectation is no table of numbers under one schema; each has its own test below."""


@pytest.mark.parametrize("name", [name for name in SPANS if is_table(CASES[name])])
def test_the_expected_number(name: str) -> None:
    """Every number that the case expects, under the schema it names."""
    case = CASES[name]
    made = scored(case)
    checked = 0
    for schema, expected in wanted(case).items():
        found = all_numbers(made.counts(parse(f"entity_f1(match={schema})")))
        for key, number in expected.items():
            assert found[key] == pytest.approx(number, abs=5e-5), (schema, key)
            checked += 1
    assert checked > 0


@pytest.mark.parametrize("name", [name for name in SPANS if name not in NOT_APPLICABLE])
def test_the_order_of_items_changes_nothing(name: str) -> None:
    """The counts of the reversed lists are the same, under every schema."""
    case = CASES[name]
    turned = {**case, "gold": case["gold"][::-1], "pred": case["pred"][::-1]}
    for schema in ("strict", "exact", "partial", "type"):
        measure = parse(f"entity_f1(match={schema})")
        assert scored(case).counts(measure) == scored(turned).counts(measure)


def test_missed_items_are_the_missed_ones() -> None:
    """Nervaluate's report of missed items names the wrong one, or crashes: ours lists each gold item once."""
    for name in ("nervaluate-missed-report-shows-wrong-entity", "nervaluate-missed-report-crash"):
        case = CASES[name]
        sides = InMemory([document(case["gold"])]), InMemory([document(case["pred"])])
        (compared,) = compare_collections(*sides, Selection())
        missed = [item for item in document_errors(compared) if item.category == "missed"]
        assert [tuple(item.fragments[0][0]) for item in missed] == [(10, 15)]


def test_discontinuous_spans_are_no_crash() -> None:
    """A discontinuous gold span and its first fragment: not exact, but overlapping with the same type."""
    made = scored(CASES["bratutils-discontinuous-crash"])
    assert made.counts(parse("entity_f1(match=strict)")).gold.correct == 0
    assert made.counts(parse("entity_f1(match=type)")).gold.correct == 1


@pytest.mark.parametrize("name", ["brateval-id-order-dependence", "brateval-all-row-zero-with-config"])
def test_overlap_with_equal_type(name: str) -> None:
    """Brateval's overlap mode: both gold spans are found, whatever the ids and the configuration."""
    counts = scored(CASES[name]).counts(parse("entity_f1(match=type)"))
    assert (counts.gold.correct, counts.predicted.unmatched, counts.f1) == (2, 0, 1.0)


def test_the_first_overlap_does_not_win() -> None:
    """The exact prediction is found after a shorter one, in both orders."""
    case = CASES["nereval-order-dependence"]
    assert scored(case).counts(parse("entity_f1(match=strict)")).f1 == pytest.approx(case["expected"]["both"], abs=5e-5)


def test_documents_without_gold_items_cost_precision() -> None:
    """P is 1/3, although all spurious items stand in a document without gold."""
    case = CASES["neleval-by-doc-drops-gold-empty-docs"]
    sides = [[document(items, doc_id=doc_id) for doc_id, items in case[side].items()] for side in ("gold", "pred")]
    measure = parse("entity_precision(match=strict)")
    assert score(*sides).value(measure).value == pytest.approx(1 / 3)


def test_arguments_consume_gold() -> None:
    """A duplicated trigger gives Arg-C P ½, R 1, F1 2/3."""
    expected = CASES["dygie-argument-recall-200pct"]["expected"]["arg_class"]
    gold = document([(5, 7, "LOC")], events=[("MEET", (3, 4), [("place", 0)])])
    predicted = document([(5, 7, "LOC")], events=[("MEET", (3, 4), [("place", 0)]), ("MEET", (9, 10), [("place", 0)])])
    for statistic, key in (("precision", "P"), ("recall", "R"), ("f1", "F1")):
        found = value(gold, predicted, f"argument_{statistic}(match=classification)")
        assert found == pytest.approx(expected[key], abs=5e-5)


def clustered(partition: str) -> AnnotatedDocument:
    """{a}{b c} as entities: a letter is a mention at its own place."""
    entities = [
        (ord(letter), ord(letter) + 1, "PER", {"cluster": str(number)})
        for number, cluster in enumerate(re.findall(r"\{([^}]*)\}", partition))
        for letter in cluster.split()
    ]
    return document(entities)


def test_no_mention_is_added_to_gold() -> None:
    """B³ R 5/9, P 17/42; CEAFe R .7333, P .55."""
    case = CASES["scorch-adds-spurious-mentions-to-gold"]
    gold, predicted = clustered(case["gold"]), clustered(case["pred"])
    for match, recall, precision in (("b_cubed", 5 / 9, 17 / 42), ("ceaf_e", 11 / 15, 0.55)):
        assert value(gold, predicted, f"coreference_recall(match={match})") == pytest.approx(recall)
        assert value(gold, predicted, f"coreference_precision(match={match})") == pytest.approx(precision)


def test_p_on_tiny_sets() -> None:
    """Two, three and five documents: a system that is better in each has p = 2/2ⁿ, not .0001."""
    measure = parse("entity_f1(match=strict)")
    expected = CASES["sacrebleu-AR-tiny-set-p-value"]["expected"]
    for number in (2, 3, 5):
        gold = [document([(0, 5, "ORG"), (7, 9, "LOC")], doc_id=f"d{index}") for index in range(number)]
        worse = [document([(0, 5, "ORG")], doc_id=f"d{index}") for index in range(number)]
        scores = [score(gold, system) for system in (gold, worse)]
        made = [vectors(measure, one.table(measure), one.table(measure).numbers()) for one in scores]
        test = paired_test(made[0].vectors, made[1].vectors, made[0].statistic, scores[0].doc_ids, seed=1)
        least = float(expected[f"n={number}"].removeprefix(">= "))
        assert test.p == pytest.approx(least)
        assert test.p == test.smallest_p


def test_scoring_needs_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A score is made with every socket refused."""

    def refuse(*_: object) -> None:
        raise OSError("no network")

    monkeypatch.setattr(socket, "socket", refuse)
    assert value(document([(0, 5, "ORG")]), document([(0, 5, "ORG")]), "entity_f1(match=strict)") == 1.0
