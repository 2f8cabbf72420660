"""Comparing systems: tests, letters, what changed, limits and drops."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.scoring.documents import document
from workbench.core.errors import FaultyData, UsageMistake
from workbench.core.records import AnnotatedDocument
from workbench.scoring.collection import InMemory
from workbench.scoring.gates import drop_faults, limit_faults, parse_limits, read_baseline
from workbench.scoring.measures import parse
from workbench.scoring.report import to_json
from workbench.scoring.score import Score, score, score_sources
from workbench.scoring.selection import Selection
from workbench.scoring.systems import Mistakes, beaten, changes, differences, signature_of_tests
from workbench.scoring.systems import to_json as comparison_json

F1 = parse("entity_f1(match=strict)")
ENTITIES = [(0, 5, "ORG"), (7, 10, "LOC"), (10, 13, "LOC"), (18, 23, "MONEY")]


def collection(number: int, left_out: int = 0) -> list[AnnotatedDocument]:
    """Documents whose entities vary a little; the last `left_out` entities of each are missing."""
    kept = len(ENTITIES) - left_out
    return [
        document([*ENTITIES[:kept], *([(30, 32, "PER")] * (index % 2))], doc_id=f"d{index:02}")
        for index in range(number)
    ]


def scores(number: int) -> dict[str, Score]:
    gold = collection(number)
    return {name: score(gold, collection(number, left_out)) for name, left_out in (("A", 2), ("B", 1), ("C", 1))}


def test_a_better_system_is_seen_with_enough_documents() -> None:
    """B beats A on ten documents (p = 2/2¹⁰, times three comparisons); B and C are alike."""
    found = differences(scores(10), [F1])
    by_pair = {(one.left, one.right): one for one in found}
    assert by_pair["A", "B"].test.p == pytest.approx(2 / 2**10)
    assert by_pair["A", "B"].adjusted == pytest.approx(3 * 2 / 2**10)
    assert by_pair["B", "C"].test.difference == 0
    assert by_pair["B", "C"].test.p == 1.0
    assert beaten("B", F1, found, 0.05) == ("A",)
    assert beaten("A", F1, found, 0.05) == ()
    assert "correction:holm of 3" in signature_of_tests(found, settings_of())


def settings_of() -> Any:
    from workbench.scoring.resampling import DEFAULTS

    return DEFAULTS


def test_five_documents_beat_nothing() -> None:
    """P cannot be below .0625 with five documents: no letter, and the note says so."""
    found = differences(scores(5), [F1])
    assert beaten("B", F1, found, 0.05) == ()
    assert any("p cannot be below .0625" in one.test.note for one in found)
    assert all(one.detectable.effect is None for one in found)


def test_systems_on_different_documents_are_refused() -> None:
    """A test needs the same documents."""
    gold = collection(6)
    one = score(gold, gold)
    other = score(gold[:5], gold[:5])
    with pytest.raises(UsageMistake, match=r"different documents \(d05\)"):
        differences({"A": one, "B": other}, [F1])


def noted(gold: AnnotatedDocument, predicted: AnnotatedDocument) -> Mistakes:
    mistakes = Mistakes()
    score_sources(InMemory([gold]), InMemory([predicted]), Selection(), observe=mistakes.observe)
    return mistakes


def test_what_changed() -> None:
    """From A to B: LOC fixed, ORG broken, MONEY still wrong, one new spurious entity, one gone, a relation fixed."""
    text = "四川省政协向𠀀剑阁县姚家乡贫困户捐赠210万元并回访"
    gold = document(ENTITIES, [("PART_OF", 2, 1)])._replace(text=text)
    first = document([(0, 5, "ORG"), (10, 13, "LOC"), (14, 16, "PER")])
    second = document([(7, 10, "LOC"), (10, 13, "LOC"), (20, 22, "PER")], [("PART_OF", 1, 0)])
    (one,) = changes({"A": noted(gold, first), "B": noted(gold, second)})
    assert [(item.type, item.text) for item in one.fixed] == [("LOC", "剑阁县"), ("PART_OF", "姚家乡 LOC → 剑阁县 LOC")]
    assert [(item.type, item.text) for item in one.broken] == [("ORG", "四川省政协")]
    assert [(item.type, item.text) for item in one.still_wrong] == [("MONEY", "210万元")]
    assert [item.fragments[0][0].start for item in (*one.new, *one.gone)] == [20, 14]
    printed = comparison_json({}, [], [one])
    assert json.loads(json.dumps(printed))["changes"][0]["fixed"][0]["doc_id"] == "d1"


@pytest.mark.parametrize("text", ["entity_f1(match=strict)", "entity_f1=2", "entity_f9=0.5", "entity_f1=x", "=0.5"])
def test_misspelt_limits(text: str) -> None:
    """A limit that cannot be read is a mistake, never a limit that always holds."""
    with pytest.raises(UsageMistake):
        parse_limits([text])


def test_limits() -> None:
    """Under the limit, at the limit, and undefined."""
    made = {"A": score(collection(1), collection(1, 2))}  # recall 2/4
    assert limit_faults(parse_limits(["entity_recall(match=strict)=0.5"]), made) == []
    assert "is 0.5000, under 0.51" in str(limit_faults(parse_limits(["entity_recall=0.51"]), made)[0])
    assert "relation_f1(match=strict) of A is undefined" in str(
        limit_faults(parse_limits(["relation_f1=0.1"]), made)[0]
    )


def test_a_tie_is_not_under_the_limit() -> None:
    """3 of 3 gold with 5 predicted is F1 0.75, whatever the floats say."""
    gold = [document([(0, 5, "ORG"), (7, 10, "LOC"), (10, 13, "LOC")])]
    found = [document([(0, 5, "ORG"), (7, 10, "LOC"), (10, 13, "LOC"), (20, 22, "PER"), (24, 26, "PER")])]
    assert limit_faults(parse_limits(["entity_f1=0.75"]), {"A": score(gold, found)}) == []


def test_errors_are_better_when_they_are_fewer(tmp_path: Path) -> None:
    """An error ratio that rises is a drop, one that falls is not, and a least value for it guards nothing."""
    error = parse("entity_error(match=strict)")
    good, bad = (score(collection(3), collection(3, left_out), measures=[error]) for left_out in (1, 2))
    runs = {name: to_json(made, [error]) for name, made in (("good", good), ("bad", bad))}
    for name, run in runs.items():
        content = {**run, "measures": {str(error): run["measures"][str(error)]}}
        (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
    assert len(drop_faults(read_baseline(tmp_path / "good"), {"A": runs["bad"]}, 0.01)[0]) == 1
    assert drop_faults(read_baseline(tmp_path / "bad"), {"A": runs["good"]}, 0.01)[0] == []
    with pytest.raises(UsageMistake, match="better when it is lower"):
        parse_limits(["entity_error=0.5"])


def test_a_gate_that_looks_at_nothing_fails(tmp_path: Path) -> None:
    """An earlier run without a number in common is no baseline."""
    result = to_json(score(collection(2), collection(2)))
    other = {"signature": "x", "measures": {"value_f1(compare=equal)": {"value": 0.5}}}
    (tmp_path / "run.json").write_text(json.dumps(other), encoding="utf-8")
    faults, _ = drop_faults(read_baseline(tmp_path / "run.json"), {"A": result}, 0.0)
    assert "no number to hold A against" in str(faults[0])


def test_drops_against_an_earlier_run(tmp_path: Path) -> None:
    """A run is held against an earlier one; a drop within the allowance is none, other gold gives a warning."""
    better, worse = (score(collection(4), collection(4, left_out)) for left_out in (0, 1))
    path = tmp_path / "run.json"
    path.write_text(json.dumps(to_json(better)), encoding="utf-8")
    baseline = read_baseline(path)
    assert drop_faults(baseline, {"A": to_json(better)}, 0.0) == ([], [])
    faults, warnings = drop_faults(baseline, {"A": to_json(worse)}, 0.01)
    assert any("entity_f1(match=strict) of A was 1.0000 and is 0.8" in str(fault) for fault in faults)
    assert warnings == []
    assert drop_faults(baseline, {"A": to_json(worse)}, 0.5)[0] == []
    other = to_json(score(collection(3), collection(3)))
    assert "signatures of A differ" in drop_faults(baseline, {"A": other}, 0.0)[1][0]


def test_a_comparison_is_a_baseline_too(tmp_path: Path) -> None:
    """Systems of an earlier comparison are found by name; a new one has nothing to be held against."""
    made = {name: to_json(one) for name, one in scores(4).items()}
    path = tmp_path / "run.json"
    path.write_text(json.dumps(comparison_json(made, [], [])), encoding="utf-8")
    faults, warnings = drop_faults(read_baseline(path), {"A": made["A"], "N": made["B"]}, 0.0)
    assert faults == []
    assert "has no system 'N'" in warnings[0]


@pytest.mark.parametrize(
    "content", ["[]", "{}", '{"measures": {}}', '{"signature": "x", "measures": {"m": {"value": "a"}}}']
)
def test_other_files_are_no_baseline(tmp_path: Path, content: str) -> None:
    """Anything but a run is refused with its path."""
    path = tmp_path / "run.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FaultyData, match=r"run\.json: not a run"):
        read_baseline(path)
