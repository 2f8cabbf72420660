"""Passes and decisions make one annotation: what merges by itself, what follows, what stands after changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.review.adjudication.cases import (
    JUDGE,
    SCHEMA,
    accept_all,
    again,
    content,
    entry,
    judged,
    made,
    open_units,
    report,
    strings,
)
from tests.scoring.documents import TEXT
from workbench.core.errors import FaultyData
from workbench.core.records import Annotation
from workbench.core.text import Span
from workbench.review.adjudication.decisions import union
from workbench.review.adjudication.judgements import judge
from workbench.review.adjudication.lines import Judgement, Line
from workbench.review.adjudication.merging import empty_decisions, merge

# 四川省政协向𠀀剑阁县姚家乡贫困户捐赠210万元并回访
CPPCC, SICHUAN, COUNTY, TOWN = (0, 5, "ORG"), (0, 3, "LOC"), (7, 10, "LOC"), (10, 13, "LOC")
POOR, GIVE, SUM, VISIT = (13, 16, "GROUP"), (16, 18), (18, 23, "MONEY"), (24, 26)


def test_what_all_agree_on_merges_by_itself_nested_and_relations_included() -> None:
    one = made([CPPCC, SICHUAN, COUNTY, TOWN], [("PART_OF", 3, 2)], [("ASSIST", GIVE, [("helper", 0)])])
    found = entry({"A": one, "B": one}).merged
    assert not found.open
    assert content(found.annotation) == content(one)
    assert found.annotation.finished_layers == SCHEMA.finishable


def test_kinds_of_disagreement_in_reading_order() -> None:
    left = made([CPPCC, COUNTY, (13, 16, "GROUP", {"attributes": {"class": "poor_household"}})])
    right = made([(0, 3, "ORG"), (7, 10, "ORG"), (13, 16, "GROUP"), SUM])
    kinds = [unit.kind for unit in entry({"A": left, "B": right}).merged.open]
    assert kinds == ["boundary", "type", "attribute", "entity"]


def test_a_relation_follows_once_its_ends_are_settled() -> None:
    left = made([CPPCC, COUNTY], [("ASSISTS", 0, 1)])
    right = made([CPPCC, (7, 13, "LOC")], [("ASSISTS", 0, 1)])
    before = entry({"A": left, "B": right})
    assert [unit.kind for unit in before.merged.open] == ["boundary"]
    assert before.merged.annotation.relations == ()
    after = judged(before, {"unit": open_units(before)[0], "choice": "accept", "accept": "B"})
    (relation,) = after.merged.annotation.relations
    tail = after.merged.annotation.entity_by_id[relation.tail]
    assert (relation.type, tail.fragments) == ("ASSISTS", (Span(7, 13),))


def test_what_falls_with_a_rejected_end_is_listed() -> None:
    left = made([CPPCC, COUNTY], [("ASSISTS", 0, 1)], [("ASSIST", GIVE, [("helper", 0), ("beneficiary", 1)])])
    right = made([CPPCC])
    one = entry({"A": left, "B": right})
    units = {unit.kind: unit.key for unit in one.merged.open}
    after = judged(
        one,
        {"unit": units["entity"], "choice": "reject"},
        {"unit": units["relation"], "choice": "accept", "accept": "A"},
        {"unit": units["frame"], "choice": "accept", "accept": "A"},
    )
    assert strings(after.merged.annotation) == ["ORG 四川省政协"]
    assert after.merged.annotation.relations == ()
    assert len(after.merged.lost) == 2
    assert all("剑阁县 [7:10] is not in gold" in lost for lost in after.merged.lost)


def test_rejecting_everyone_and_adding_what_nobody_has() -> None:
    one = entry({"A": made([CPPCC, COUNTY]), "B": made([CPPCC, COUNTY])})
    county = next(unit.unit for unit in one.merged.judged if unit.unit.spans == (Span(7, 10),))
    after = judged(
        one,
        {"unit": county.key, "choice": "reject"},
        {"choice": "add", "kind": "entity", "doc_id": "d1", "items": [{"type": "LOC", "start": 10, "end": 13}]},
        {
            "choice": "add",
            "kind": "relation",
            "doc_id": "d1",
            "items": [
                {
                    "type": "ASSISTS",
                    "head": {"type": "ORG", "start": 0, "end": 5},
                    "tail": {"type": "LOC", "start": 10, "end": 13},
                }
            ],
        },
        {
            "choice": "add",
            "kind": "frame",
            "doc_id": "d1",
            "items": [
                {
                    "type": "ASSIST",
                    "trigger": [[16, 18]],
                    "arguments": [{"role": "helper", "entity": {"type": "ORG", "start": 0, "end": 5}}],
                    "attributes": {"realis": "actual"},
                }
            ],
        },
        {
            "choice": "add",
            "kind": "attribute",
            "doc_id": "d1",
            "entity": {"type": "ORG", "start": 0, "end": 5},
            "items": [{"name": "level", "value": "province"}],
        },
        {
            "choice": "add",
            "kind": "value",
            "doc_id": "d1",
            "entity": {"type": "LOC", "start": 10, "end": 13},
            "items": [{"value": {"kind": "place", "name": "姚家乡"}}],
        },
    )
    found = after.merged.annotation
    assert strings(found) == ["ORG 四川省政协", "LOC 姚家乡"]
    assert [relation.type for relation in found.relations] == ["ASSISTS"]
    assert [(frame.type, dict(frame.attributes)) for frame in found.frames] == [("ASSIST", {"realis": "actual"})]
    assert found.entities[0].attributes == {"level": "province"}
    assert found.entities[1].value is not None
    assert not after.merged.open
    assert not after.merged.stale


def test_an_edit_replaces_all_readings_and_may_split() -> None:
    one = entry({"A": made([(7, 13, "LOC")]), "B": made([])})
    halves = [{"type": "LOC", "start": 7, "end": 10}, {"type": "LOC", "start": 10, "end": 13}]
    after = judged(one, {"unit": open_units(one)[0], "choice": "edit", "items": halves})
    assert strings(after.merged.annotation) == ["LOC 剑阁县", "LOC 姚家乡"]


def test_the_unresolved_is_marked_and_counts_nowhere() -> None:
    left = made([CPPCC, COUNTY], [("ASSISTS", 0, 1)], [("ASSIST", GIVE, [("helper", 0), ("place", 1)])])
    right = made([CPPCC, (7, 10, "ORG")], [], [("ASSIST", GIVE, [("helper", 0)])])
    one = entry({"A": left, "B": right})
    after = judged(one, *({"unit": key, "choice": "unresolved"} for key in open_units(one)))
    found = after.merged.annotation
    assert not after.merged.open
    marks = {(entity.type, entity.text): dict(entity.attributes) for entity in found.entities}
    assert marks[("LOC", "剑阁县")] == marks[("ORG", "剑阁县")] == {"unresolved": "true"}
    assert dict(found.relations[0].attributes) == {"unresolved": "true"}
    assert [dict(argument.extra) for argument in found.frames[0].arguments] == [{}, {"unresolved": True}]


def test_silence_counts_only_of_those_who_finished_the_layer() -> None:
    left = made([CPPCC, COUNTY], [("ASSISTS", 0, 1)], finished_layers=["mention", "relations"])
    right = made([CPPCC, COUNTY], finished_layers=["mention"])
    found = entry({"A": left, "B": right}).merged
    assert not found.open
    assert len(found.annotation.relations) == 1
    assert [one.status for one in found.judged if one.unit.kind == "relation"] == ["single"]
    assert found.annotation.finished_layers == ("mention", "relations")


def test_decisions_stand_while_no_new_reading_comes_up() -> None:
    left, right = made([CPPCC, COUNTY]), made([CPPCC, (7, 13, "LOC")])
    one = entry({"A": left, "B": right})
    after = judged(one, {"unit": open_units(one)[0], "choice": "accept", "accept": "A"})
    third = again(after, {"A": left, "B": right, "C": left})
    assert not third.merged.open
    assert not third.merged.stale
    converged = again(after, {"A": right, "B": right})
    assert strings(converged.merged.annotation) == ["ORG 四川省政协", "LOC 剑阁县"]
    elsewhere = again(after, {"A": left, "B": made([CPPCC, (7, 13, "LOC"), POOR])})
    assert [unit.kind for unit in elsewhere.merged.open] == ["entity"]
    assert not elsewhere.merged.stale


def test_a_new_reading_reopens_the_unit_and_the_decision_is_listed() -> None:
    left, right = made([CPPCC, COUNTY]), made([CPPCC, (7, 13, "LOC")])
    one = entry({"A": left, "B": right})
    decided = judged(one, {"unit": open_units(one)[0], "choice": "accept", "accept": "A"})
    reopened = again(decided, {"A": left, "B": made([CPPCC, (8, 13, "LOC")])})
    (stale,) = reopened.merged.stale
    assert stale.unit == open_units(reopened)[0]
    after = judged(reopened, {"unit": stale.unit, "choice": "accept", "accept": "B"})
    assert not after.merged.stale
    assert not after.merged.open
    assert len(after.decisions.decisions) == 2
    assert len(after.decisions.standing) == 1


def test_a_decision_about_what_nobody_has_any_more_is_listed() -> None:
    one = entry({"A": made([CPPCC, COUNTY]), "B": made([CPPCC])})
    decided = judged(one, {"unit": open_units(one)[0], "choice": "accept", "accept": "A"})
    gone = again(decided, {"A": made([CPPCC]), "B": made([CPPCC])})
    assert [stale.why for stale in gone.merged.stale] == ["no annotator has any of the readings that it judged"]
    assert strings(gone.merged.annotation) == ["ORG 四川省政协"]


def test_two_maintainers_who_decide_differently_are_told_and_neither_wins() -> None:
    one = entry({"A": made([CPPCC, COUNTY]), "B": made([CPPCC])})
    key = open_units(one)[0]
    ours = judged(one, {"unit": key, "choice": "accept", "accept": "A"}).decisions
    theirs = judged(one, {"unit": key, "choice": "reject"}).decisions
    both = one._replace(decisions=union(one.decisions, ours, theirs))
    torn = again(both, one.passes)
    assert open_units(torn) == [key]
    assert len(torn.merged.stale) == 2
    settled = judged(torn, {"unit": key, "choice": "accept", "accept": "A"})
    assert not settled.merged.stale
    assert strings(settled.merged.annotation) == ["ORG 四川省政协", "LOC 剑阁县"]


def test_equal_decisions_of_two_maintainers_are_one() -> None:
    one = entry({"A": made([CPPCC, COUNTY]), "B": made([CPPCC])})
    judgement = {"unit": open_units(one)[0], "choice": "accept", "accept": "A"}
    ours, theirs = judged(one, judgement).decisions, judged(one, {**judgement, "reason": "another"}).decisions
    both = again(one._replace(decisions=union(one.decisions, ours, theirs)), one.passes)
    assert not both.merged.stale
    assert not both.merged.open


def test_roles_frames_and_their_attributes_are_units_of_their_own() -> None:
    entities = [CPPCC, COUNTY, POOR]
    left = made(entities, [], [("ASSIST", GIVE, [("helper", 0), ("beneficiary", 2)])])
    right = made(entities, [], [("ASSIST", GIVE, [("organiser", 0), ("beneficiary", 2)]), ("VISIT", VISIT, [])])
    one = entry({"A": left, "B": right})
    assert [unit.kind for unit in one.merged.open] == ["role", "frame"]
    after = judged(
        one,
        {"unit": open_units(one, "role")[0], "choice": "accept", "accept": "B"},
        {"unit": open_units(one, "frame")[0], "choice": "reject"},
    )
    (frame,) = after.merged.annotation.frames
    assert sorted(argument.role for argument in frame.arguments) == ["beneficiary", "organiser"]


def test_a_filler_named_at_another_mention_is_one_question() -> None:
    text = "四川省政协捐赠,四川省政协回访"
    entities = [(0, 5, "ORG", {"cluster": "c"}), (8, 13, "ORG", {"cluster": "c"})]
    left = made(entities, [], [("ASSIST", (5, 7), [("helper", 0)])])
    right = made(entities, [], [("ASSIST", (5, 7), [("helper", 1)])])
    (unit,) = entry({"A": left, "B": right}, report(text)).merged.open
    assert [len(reading.items) for reading in unit.readings] == [1, 1]


def test_clusters_follow_what_all_say_and_disputes_are_units() -> None:
    text = "四川省政协、省政协、市政协"
    spans = [(0, 5), (6, 9), (10, 13)]
    left = made([(*span, "ORG", {"cluster": "x" if span[0] < 10 else "y"}) for span in spans])
    right = made([(*span, "ORG", {"cluster": "x"}) for span in spans])
    one = entry({"A": left, "B": right}, report(text))
    assert [unit.kind for unit in one.merged.open] == ["cluster"]
    after = judged(one, {"unit": open_units(one)[0], "choice": "accept", "accept": "A"})
    clusters = [entity.cluster for entity in after.merged.annotation.entities]
    assert clusters[0] == clusters[1] is not None
    assert clusters[2] is None
    assert not after.merged.open
    assert not after.merged.stale


def test_passes_and_decisions_must_be_about_this_text() -> None:
    document = report()
    other = made([CPPCC], text_sha256="0" * 64)
    broken = made([(0, 99, "ORG")])
    with pytest.raises(FaultyData) as raised:
        merge(document, {"A": other, "B": broken}, empty_decisions(document), SCHEMA)
    told = str(raised.value)
    assert "A: made for another text" in told
    assert "past the end of the text" in told


SPANS = [CPPCC, SICHUAN, COUNTY, TOWN, (7, 13, "LOC"), POOR, SUM, (13, 16, "ORG"), (6, 10, "LOC"), (18, 22, "MONEY")]


@st.composite
def passes(draw: st.DrawFn) -> Annotation:
    """A pass over the text, with clusters, attributes, relations and frames."""
    chosen = draw(st.lists(st.sampled_from(SPANS), unique_by=lambda item: item[:2], max_size=6))
    entities = []
    for start, end, kind in chosen:
        more: dict[str, object] = {}
        if kind in ("ORG", "LOC"):
            more["attributes"] = draw(st.sampled_from([{}, {"mention": "NAM"}, {"mention": "NOM"}]))
            more["cluster"] = draw(st.sampled_from([None, "c", "d"]))
        if kind == "MONEY":
            more["value"] = draw(st.sampled_from([None, {"kind": "money", "value": 2100000}]))
        entities.append((start, end, kind, more) if more else (start, end, kind))
    number = st.integers(0, max(len(entities) - 1, 0))
    ends = st.tuples(st.sampled_from(["ASSISTS", "PART_OF", "COOPERATES_WITH"]), number, number)
    relations = draw(
        st.lists(ends.filter(lambda item: item[1] != item[2]), unique_by=_unordered, max_size=4)
        if len(entities) > 1
        else st.just([])
    )
    filler = st.tuples(st.sampled_from(["helper", "beneficiary"]), number)
    frames = []
    for trigger in draw(st.lists(st.sampled_from([GIVE, VISIT, (16, 17)]), unique=True, max_size=2)):
        arguments = draw(st.lists(filler, unique=True, max_size=3)) if entities else []
        frames.append((draw(st.sampled_from(["ASSIST", "VISIT"])), trigger, arguments))
    return made(entities, relations, frames)


def _unordered(relation: tuple[str, int, int]) -> tuple[str, frozenset[int]]:
    return relation[0], frozenset(relation[1:])


@settings(deadline=None, max_examples=80)
@given(passes(), passes(), st.sampled_from(["A", "B"]))
def test_accepting_one_annotator_everywhere_gives_what_that_annotator_says(
    left: Annotation, right: Annotation, author: str
) -> None:
    done = accept_all(entry({"A": left, "B": right}), author)
    wanted, found = content({"A": left, "B": right}[author]), content(done.merged.annotation)
    assert found[0] == wanted[0]
    assert _directed(found[2]) == _directed(wanted[2])
    assert found[3] == wanted[3]
    assert not done.merged.stale
    assert not done.merged.lost


def _directed(relations: list[tuple[str, object, object]]) -> list[object]:
    """Relations with the ends of symmetric ones in one order."""
    return sorted((kind, *sorted(ends)) if kind == "COOPERATES_WITH" else (kind, *ends) for kind, *ends in relations)  # type: ignore[type-var]


@settings(deadline=None, max_examples=60)
@given(passes(), passes(), st.randoms())
def test_neither_the_order_of_annotators_nor_of_their_items_matters(
    left: Annotation, right: Annotation, random
) -> None:  # type: ignore[no-untyped-def]
    def shuffled(annotation: Annotation) -> Annotation:
        parts = {name: list(getattr(annotation, name)) for name in ("entities", "relations", "frames")}
        for part in parts.values():
            random.shuffle(part)
        return annotation.model_copy(update={name: tuple(part) for name, part in parts.items()})

    one = entry({"A": left, "B": right}).merged
    other = entry({"B": shuffled(right), "A": shuffled(left)}).merged
    assert one.annotation == other.annotation
    assert [unit.key for unit in one.open] == [unit.key for unit in other.open]


@settings(deadline=None, max_examples=60)
@given(passes())
def test_a_pass_agrees_with_itself_and_a_single_pass_stands_alone(only: Annotation) -> None:
    twice, once = entry({"A": only, "B": only}).merged, entry({"A": only}).merged
    assert not twice.open
    assert not once.open
    assert content(twice.annotation) == content(once.annotation) == content(only)


@settings(deadline=None, max_examples=60)
@given(passes(), passes())
def test_a_third_pass_that_repeats_one_changes_no_decision(left: Annotation, right: Annotation) -> None:
    done = accept_all(entry({"A": left, "B": right}), "A")
    third = again(done, {"A": left, "B": right, "C": left})
    assert content(third.merged.annotation)[0].keys() == content(done.merged.annotation)[0].keys()
    assert content(third.merged.annotation)[3] == content(done.merged.annotation)[3]
    assert not third.merged.stale


def test_the_sentence_of_the_tests_is_what_the_spans_say() -> None:
    assert [TEXT[start:end] for start, end, *_ in (CPPCC, COUNTY, TOWN, POOR, SUM)] == [
        "四川省政协",
        "剑阁县",
        "姚家乡",
        "贫困户",
        "210万元",
    ]


def test_decisions_about_what_was_rejected_are_moot_and_not_listed() -> None:
    attributes = [{"attributes": {"level": level}} for level in ("county", "township")]
    passes = {name: made([CPPCC, (*COUNTY, more)]) for name, more in zip("AB", attributes, strict=True)}
    one = entry(passes)
    described = judged(one, {"unit": open_units(one, "attribute")[0], "choice": "accept", "accept": "A"})
    county = next(unit.unit.key for unit in described.merged.judged if unit.unit.spans == (Span(7, 10),))
    after = judged(described, {"unit": county, "choice": "reject"})
    assert strings(after.merged.annotation) == ["ORG 四川省政协"]
    assert not after.merged.stale


def test_a_decision_that_is_withdrawn_decides_nothing_and_stays_in_the_history() -> None:
    one = entry({"A": made([CPPCC, COUNTY]), "B": made([CPPCC])})
    key = open_units(one)[0]
    decided = judged(one, {"unit": key, "choice": "reject"})
    (decision,) = decided.decisions.standing
    after = judged(decided, {"choice": "withdraw", "decision": decision.id})
    assert open_units(after) == [key]
    assert not after.decisions.standing
    assert len(after.decisions.decisions) == 2
    with pytest.raises(FaultyData, match="there is no standing decision"):
        judged(after, {"choice": "withdraw", "decision": decision.id})


def test_two_frames_on_one_trigger_stay_two() -> None:
    entities = [CPPCC, COUNTY, TOWN]
    frames = [("VISIT", VISIT, [("visitor", 0), ("place", 1)]), ("VISIT", VISIT, [("visitor", 0), ("place", 2)])]
    one = made(entities, [], frames)
    found = entry({"A": one, "B": one}).merged
    assert not found.open
    assert len(found.annotation.frames) == 2
    assert content(found.annotation)[3] == content(one)[3]


def test_contradicting_clusters_of_two_maintainers_apply_neither() -> None:
    text = "四川省政协、省政协、市政协"
    spans = [(0, 5), (6, 9), (10, 13)]
    left = made([(*span, "ORG", {"cluster": "x" if span[0] < 10 else "y"}) for span in spans])
    right = made([(*span, "ORG", {"cluster": "x"}) for span in spans])
    one = entry({"A": left, "B": right}, report(text))
    (key,) = open_units(one)
    ours, theirs = (judged(one, {"unit": key, "choice": "accept", "accept": name}).decisions for name in "AB")
    torn = again(one._replace(decisions=union(one.decisions, ours, theirs)), one.passes)
    assert open_units(torn) == [key]
    assert len(torn.merged.stale) == 2


def test_units_of_two_reports_with_one_key_are_not_mixed_up() -> None:
    passes = {"A": made([CPPCC, COUNTY]), "B": made([CPPCC])}
    entries = [entry(passes, report(doc_id=doc_id)) for doc_id in ("d1", "d2")]
    (key,) = {open_units(one)[0] for one in entries}
    judgement = {"unit": key, "choice": "reject", "reason": "r", "category": "slip"}

    def line(**more: str) -> Line:
        return Line(Judgement.model_validate({**judgement, **more}), Path("j"), 1)

    with pytest.raises(FaultyData, match="is a unit of d1 and of d2"):
        judge(entries, [line()], JUDGE, SCHEMA)
    first, second = judge(entries, [line(doc_id="d1")], JUDGE, SCHEMA)
    assert (len(first.merged.open), len(second.merged.open)) == (0, 1)


def test_a_withdrawal_beside_a_new_decision_decides_nothing_until_somebody_does() -> None:
    one = entry({"A": made([CPPCC, COUNTY]), "B": made([CPPCC])})
    key = open_units(one)[0]
    decided = judged(one, {"unit": key, "choice": "reject"})
    (old,) = decided.decisions.standing
    ours = judged(decided, {"choice": "withdraw", "decision": old.id}).decisions
    theirs = judged(decided, {"unit": key, "choice": "accept", "accept": "A"}).decisions
    torn = again(decided._replace(decisions=union(decided.decisions, ours, theirs)), one.passes)
    assert open_units(torn) == [key]
    assert len(torn.merged.stale) == 2
    settled = judged(torn, {"unit": key, "choice": "accept", "accept": "A"})
    assert not settled.merged.stale
    assert strings(settled.merged.annotation) == ["ORG 四川省政协", "LOC 剑阁县"]
