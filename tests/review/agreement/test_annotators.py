"""Agreement of annotators: worked by hand, the same from both sides, and everything that is missing says why."""

from __future__ import annotations

import json
from itertools import combinations
from statistics import fmean, stdev
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.review.agreement.passes import EVERYTHING, KNOWN, compared, two, undefined_and_silent
from tests.scoring.documents import TEXT, document
from tests.scoring.test_laws import collections, pairs
from workbench.core.errors import FaultyData, UsageMistake
from workbench.core.records import AnnotatedDocument, SchemaStamp, Zone, text_hash
from workbench.review.agreement.annotators import MEASURES, agreement, to_json
from workbench.review.agreement.items import OPEN
from workbench.review.agreement.kappa import ONE_CATEGORY
from workbench.scoring.collection import InMemory
from workbench.scoring.measures import Measure, parse
from workbench.scoring.score import score_sources
from workbench.scoring.selection import Policies, Selection

STRICT = parse("entity_f1(match=strict)")
TYPE = parse("entity_f1(match=type)")
COREFERENCE = parse("coreference_f1")
GIVEN = parse("argument_f1(match=classification,attachment=given)")
FOUR = [(0, 5, "ORG"), (7, 10, "LOC"), (10, 14, "LOC"), (20, 22, "PER")]
OTHER_FOUR = [(0, 5, "ORG"), (7, 10, "ORG"), (12, 14, "LOC"), (30, 32, "PER")]


def test_agreement_by_hand() -> None:
    """Four entities of A, four of B: one equal, one of another type, one two code points shorter, one alone each."""
    found = two([document(FOUR)], [document(OTHER_FOUR)])
    assert found.figures[STRICT].value == 0.25
    assert found.figures[TYPE].value == 0.5
    # types of the three pairs: (ORG, ORG), (LOC, ORG), (LOC, LOC): observed 2/3, expected (1·2 + 2·1) / 9 = 4/9
    assert found.entity_types.kappa.value == pytest.approx((2 / 3 - 4 / 9) / (1 - 4 / 9))
    assert found.entity_types.items == (4, 4)
    assert found.entity_types.coverage == pytest.approx(6 / 8)
    assert found.boundaries[:4] == (3, 2, 3, 2)
    assert dict(found.boundaries.offsets) == {(0, 0): 2, (2, 0): 1}


def test_rows_by_hand() -> None:
    """By type: of ORG 1 and 2 with 1 equal; of LOC 2 and 1, the one pair overlaps; by layer all of it is mention."""
    found = two([document(FOUR)], [document(OTHER_FOUR)])
    rows = found.tables["by_type"]
    assert list(rows) == ["LOC", "ORG", "PER"]
    organisation, place = rows["ORG"]["strict"], rows["LOC"]
    assert (organisation.figure.value, organisation.credit, organisation.items) == (
        pytest.approx(2 / 3),
        (1, 1),
        (1, 2),
    )
    assert place["strict"].figure.value == 0
    assert place["type"].figure.value == pytest.approx(2 / 3)
    # partial: LOC 7–10 has the span of an ORG, credit 1 for A, and the pair of 10–14 and 12–14 half for each
    assert place["partial"].credit == (1.5, 0.5)
    assert set(found.layers) == {"mention", "value", "statement", "relations", "frames"}
    assert found.layers["mention"]["strict"].items == (4, 4)
    assert found.layers["mention"]["strict"].figure.value == 0.25
    assert found.layers["relations"]["strict"].figure.value is None


def test_frames_end_to_end_and_given_what_both_have() -> None:
    """Of three arguments of A two are B's, and one more is on an entity that B lacks: 2·2/(3+2), given both: 2·2/(2+2).

    Triggers: 16–18 is an ASSIST for both; 24–26 an ASSIST and a VISIT: kappa 0, since one of two agrees and
    Ae = (2·1 + 0·1)/4 = 1/2.
    """
    ends = [(0, 5, "ORG"), (13, 16, "GROUP")]
    left = document(
        [*ends, (18, 23, "MONEY")],
        events=[
            ("ASSIST", (16, 18), [("helper", 0), ("beneficiary", 1), ("amount", 2)]),
            ("ASSIST", (24, 26), []),
        ],
    )
    right = document(ends, events=[("ASSIST", (16, 18), [("helper", 0), ("beneficiary", 1)]), ("VISIT", (24, 26), [])])
    found = two([left], [right])
    assert found.figures[parse("argument_f1(match=classification)")].value == 0.8
    assert found.figures[GIVEN].value == 1.0
    assert found.figures[parse("trigger_f1(match=classification)")].value == 0.5
    assert (found.frame_types.kappa.value, found.frame_types.coverage) == (0.0, 1.0)
    assert found.tables["by_role"]["amount"]["argument_classification"].figure.value == 0
    assert found.tables["by_role"]["amount"]["argument_given"].figure.value is None
    assert found.layers["frames"]["trigger_classification"].items == (2, 2)
    assert found.layers["frames"]["argument_given"].figure.value == 1.0


def test_attributes_by_hand() -> None:
    """What one says and the other does not is no agreement; kappa takes silence for a category of its own.

    mention of three ORG: (NAM, NAM), (nothing, NOM), (nothing, nothing). Said of two, equal in one. Kappa over three:
    Ao = 2/3, Ae = (1·1 + 2·1)/9 = 1/3, so 1/2. spec goes without saying: nothing is SPC, and all three are equal.
    """
    left = document([(0, 5, "ORG", said(mention="NAM", spec="SPC")), (7, 10, "ORG"), (10, 13, "ORG")])
    right = document([(0, 5, "ORG", said(mention="NAM")), (7, 10, "ORG", said(mention="NOM")), (10, 13, "ORG")])
    rows = {row.name: row for row in two([left], [right]).attributes}
    assert set(rows) == {"mention", "spec"}
    assert rows["mention"].said == (2, 1)
    assert (rows["mention"].kappa.value, rows["mention"].kappa.items) == (0.5, 3)
    assert rows["spec"].said == (3, 3)
    assert (rows["spec"].kappa.value, rows["spec"].kappa.note) == (None, ONE_CATEGORY)


def said(**attributes: str) -> dict[str, Any]:
    return {"attributes": attributes}


def test_attributes_with_other_values_are_other_rows() -> None:
    """`level` of places and of organisations are not one scale; of a free string kappa comes with a caution."""
    items = [
        (0, 5, "ORG", said(level="county", canonical="剑阁县政协")),
        (7, 10, "LOC", said(level="county")),
        (13, 16, "ORG", said(level="province", canonical="四川省政协")),
    ]
    found = two([document(items)], [document(items)]).attributes
    assert [(row.name, row.types) for row in found if row.name == "level"] == [("level", ("LOC",)), ("level", ("ORG",))]
    (canonical,) = (row for row in found if row.name == "canonical")
    assert (canonical.kappa.value, canonical.kappa.note) == (1.0, OPEN)


def test_attributes_of_relations_and_frames_and_none_of_annotating() -> None:
    """Frames of one type and trigger are compared; what is said of the annotating, such as difficulty, is not."""
    ends = [(0, 5, "ORG", said(difficulty="true")), (7, 10, "LOC")]
    sides = []
    for realis in ("actual", "planned"):
        side = document(ends, [("ASSISTS", 0, 1)], [("ASSIST", (16, 18), [("helper", 0)])])
        frame = side.annotation.frames[0].model_copy(update={"attributes": {"realis": realis}})
        relation = side.annotation.relations[0].model_copy(update={"attributes": {"manner": "joint"}})
        changed = side.annotation.model_copy(update={"frames": (frame,), "relations": (relation,)})
        sides.append([side._replace(annotation=changed)])
    found = {(row.owner, row.name): row for row in two(*sides).attributes}
    assert set(found) == {("frame", "realis"), ("relation", "manner")}
    assert found["frame", "realis"].said == (1, 0)
    assert found["relation", "manner"].said == (1, 1)


def test_values_of_equal_entities() -> None:
    """A value that one gives and the other does not is no agreement."""
    money = {"value": {"kind": "money", "value": 2100000}}
    left = document([(18, 23, "MONEY", money), (7, 10, "MONEY", money)])
    right = document([(18, 23, "MONEY", money), (7, 10, "MONEY")])
    assert two([left], [right]).values["money"] == (2, 1)


def test_clusters_need_both() -> None:
    """Who clusters nothing does not say that every entity is one by itself: undefined, from whichever side."""
    clustered = document([(0, 5, "ORG", {"cluster": "a"}), (7, 10, "ORG", {"cluster": "a"})])
    bare = document([(0, 5, "ORG"), (7, 10, "ORG")])
    for sides, silent in ((([clustered], [bare]), "B"), (([bare], [clustered]), "A")):
        figure = two(*sides).figures[COREFERENCE]
        assert (figure.value, figure.note) == (None, f"no entity of {silent} is in a cluster")
    assert two([clustered], [clustered]).figures[COREFERENCE].value == 1.0
    assert two([bare], [bare]).figures[COREFERENCE].note == "no entity of A and of B is in a cluster"


def test_optional_mentions_count() -> None:
    """Annotators are compared on everything they annotate."""
    nominal = document([(0, 5, "ORG", said(mention="NOM"))])
    assert two([nominal], [document()]).tables["by_type"]["ORG"]["strict"].items == (1, 0)


def test_only_documents_and_layers_that_both_have_finished() -> None:
    """A layer that one has not finished is not compared; a document of one alone is left out; both are said."""
    items = [(0, 5, "ORG"), (18, 23, "MONEY")]
    left = [document(items), document(items, doc_id="d2")]
    found = two(left, [document(items[:1], finished_layers=("mention",))])
    assert found.score.doc_ids == ("d1",)
    assert found.figures[STRICT].value == 1.0
    assert found.entity_types.items == (1, 1)
    assert found.layers["value"]["strict"].figure.note == "both have finished this layer in no document"
    assert "layer value is not compared where one of the two has not finished it: documents 1" in found.notes
    assert "left out documents that only one of the two has: 1" in found.notes


def test_what_lies_in_zones_is_left_out() -> None:
    """Of either annotator, with relations and arguments that name it, even where the two overlap beyond the zone."""
    zone = (Zone(kind="footer", start=20, end=26),)
    left = document([(0, 5, "ORG"), (17, 22, "LOC")], [("ASSISTS", 0, 1)])
    right = document(
        [(0, 5, "ORG"), (19, 24, "LOC")], [("ASSISTS", 0, 1)], [("ASSIST", (24, 26), [("helper", 0)])], zone
    )
    found = two([left], [right])
    assert found.entity_types.items == (2, 1)
    assert found.tables["by_relation"]["ASSISTS"]["strict"].items == (1, 0)
    assert found.frame_types.items == (0, 0)
    assert "left out items in zones: 2" in found.notes


def test_nobody_and_nothing_to_compare() -> None:
    """One annotator, and two without a common document, are mistakes; two empty annotations are undefined."""
    with pytest.raises(UsageMistake, match="needs two annotators"):
        agreement({"A": [document()]}, KNOWN)
    with pytest.raises(UsageMistake, match="A and B have no document in common"):
        two([document()], [document(doc_id="d2")])
    found = compared([document()], [document()])
    (pair,) = found.pairs
    assert (pair.entity_types.coverage, pair.entity_types.kappa.value) == (None, None)
    assert pair.figures[STRICT].note == "neither annotator has an item to compare: no entity"
    assert pair.figures[GIVEN].note.endswith("no argument among frames and entities that both have")
    assert json.loads(json.dumps(to_json(found)))["pairs"][0]["measures"][str(STRICT)]["value"] is None


def test_faults_are_named_after_their_annotators() -> None:
    """Broken annotations, types that the schema lacks, and other texts: all of everyone, by name."""
    broken = document([(0, 5, "ORG"), (7, 10, "ORGG")], [("ASSISTS", 0, 9)])
    with pytest.raises(FaultyData) as refused:
        compared([document()], [broken], [document([(0, 99, "LOC")])._replace(text=TEXT)])
    told = str(refused.value)
    assert "B d1 entities[1].type: unknown type 'ORGG'; did you mean 'ORG'?" in told
    assert "B d1 relations[0]" in told
    assert "C d1 entities[0]" in told
    with pytest.raises(FaultyData, match="document 'd1' of B is of another text"):
        compared([document()._replace(text=TEXT)], [document()._replace(text="政协")])
    hashes = [document(text_sha256=text_hash(text)) for text in (TEXT, "政协")]
    with pytest.raises(FaultyData, match="document 'd1' of B is of another text"):
        compared(hashes[:1], hashes[1:])


def test_versions_of_the_schema() -> None:
    """Unlike revisions are said, unlike models cannot be compared."""
    one, other, last = (
        document([(0, 5, "ORG")], made_with=SchemaStamp(id="cppcc-poverty", version=version))
        for version in ("0.1.0", "0.2.0", "1.0.0")
    )
    assert "A was made with schema 0.1.0, B with 0.2.0: workbench migrate" in two([one], [other]).notes
    with pytest.raises(FaultyData, match="cannot be compared"):
        two([one], [last])


def test_gold_stands_left_and_its_unresolved_items_are_left_out() -> None:
    """An item that adjudication could not settle, and what an annotator has there, count for nothing."""
    gold = document([(0, 5, "ORG"), (7, 10, "LOC", said(unresolved="true"))])
    passes = {"A": [document([(0, 5, "ORG"), (7, 10, "ORG")])], "z": [document([(0, 5, "ORG")])], "gold": [gold]}
    for added in (("gold",), ("z", "gold")):
        found = agreement(passes, KNOWN, added=added, unitizing=EVERYTHING)
        for other in ("A", "z"):
            pair = found.pair(other, "gold")
            assert pair is not None
            assert pair.left == "gold"
            assert pair.figures[STRICT].value == 1.0
            assert pair.gamma is not None
            assert pair.gamma.value == 1.0
            assert pair.notes == ("left out unresolved items, with what the other has for the same things: 1",)
    assert found.annotators == ("A",)
    assert found.added == ("z", "gold")
    assert found.mean == {}


def test_everyone_with_everyone() -> None:
    """Of three annotators and gold: six pairs, a symmetric matrix, and a mean over the three pairs of annotators."""
    passes = {
        "A": [document(FOUR)],
        "B": [document(OTHER_FOUR)],
        "C": [document(FOUR[:2])],
        "gold": [document(FOUR)],
    }
    found = agreement(passes, KNOWN, added=("gold",))
    assert len(found.pairs) == 6
    # A and B share 1 of 4 and 4; A and C 2 of 4 and 2; B and C 1 of 4 and 2
    values = [1 / 4, 2 * 2 / 6, 2 * 1 / 6]
    assert [found.value(STRICT, *names) for names in (("A", "B"), ("C", "A"), ("B", "C"))] == pytest.approx(values)
    assert found.mean[STRICT].value == pytest.approx(fmean(values))
    assert found.mean[COREFERENCE].note == "undefined for every pair"
    result = to_json(found)
    assert result["mean"]["over"] == [["A", "B"], ["A", "C"], ["B", "C"]]
    matrix = result["matrix"]["measures"][str(STRICT)]
    assert matrix[0] == [None, 0.25, pytest.approx(2 / 3), 1.0]
    assert all(matrix[one][other] == matrix[other][one] for one, other in combinations(range(4), 2))
    assert "matrix" not in to_json(compared([document(FOUR)], [document(FOUR)]))


def test_a_mean_over_some_pairs_says_so() -> None:
    """Clusters of A and B alone: the mean is over one pair of three."""
    clustered = document([(0, 5, "ORG", {"cluster": "a"}), (7, 10, "ORG", {"cluster": "a"})])
    figure = compared([clustered], [clustered], [document([(0, 5, "ORG")])]).mean[COREFERENCE]
    assert (figure.value, figure.note) == (1.0, "over 1 of 3 pairs; undefined for the others")


def test_the_interval_of_a_mean_by_hand() -> None:
    """Delete-one jackknife of the mean over pairs: t(0.975, 2) = 4.302653, from agreements without one document."""
    sides = [
        [document(FOUR[: 4 - index % 2], doc_id=f"d{index}") for index in range(3)],
        [document(OTHER_FOUR[: 3 + index // 2], doc_id=f"d{index}") for index in range(3)],
        [document(FOUR[index:], doc_id=f"d{index}") for index in range(3)],
    ]

    def mean_of(chosen: list[int]) -> float:
        value = compared(*([side[index] for index in chosen] for side in sides)).mean[STRICT].value
        assert value is not None
        return value

    whole = mean_of([0, 1, 2])
    pseudo = [3 * whole - 2 * mean_of([one for one in range(3) if one != left_out]) for left_out in range(3)]
    reach = 4.302653 * stdev(pseudo) / 3**0.5
    interval = compared(*sides).mean[STRICT].interval
    assert (interval.low, interval.high) == (
        pytest.approx(max(whole - reach, 0), abs=1e-6),
        pytest.approx(min(whole + reach, 1), abs=1e-6),
    )


def test_pairs_without_a_common_document_stand_apart() -> None:
    """Two share a document, the third has another: one pair, two named as apart; patterns may name either."""
    passes = ([document()], [document()], [document(doc_id="d2")])
    found = compared(*passes)
    assert [(pair.left, pair.right) for pair in found.pairs] == [("A", "B")]
    assert found.apart == (("A", "C"), ("B", "C"))
    assert to_json(found)["matrix"]["measures"][str(STRICT)][0][2] is None
    named = dict(zip("ABC", passes, strict=True))
    selected = Selection(known=KNOWN.known, documents=("d1", "d2"))
    assert len(agreement(named, selected).pairs) == 1
    with pytest.raises(UsageMistake, match="no document 'd3'"):
        agreement(named, Selection(documents=("d3", "d1")))


def unlike(one: dict[Measure, Any], other: dict[Measure, Any]) -> list[str]:
    """Measures whose values differ."""
    return [
        str(measure)
        for measure in MEASURES
        if one[measure].value != (None if other[measure].value is None else pytest.approx(other[measure].value))
    ]


@settings(max_examples=40, deadline=None)
@given(pairs(), st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20)), max_size=2), st.booleans())
def test_neither_side_is_the_right_one(
    sides: tuple[AnnotatedDocument, AnnotatedDocument], places: list[tuple[int, int]], both: bool
) -> None:
    """Exchanging the annotators keeps every number, whatever lies in zones, and whichever of them knows the zones."""
    zones = tuple(Zone(kind="footer", start=start, end=start + length) for start, length in places)
    left, right = sides[0]._replace(zones=zones), sides[1]._replace(zones=zones if both else ())
    one, other = (two([a], [b], known=False, unitizing=EVERYTHING) for a, b in ((left, right), (right, left)))
    assert unlike(dict(one.figures), dict(other.figures)) == []
    assert one.entity_types.kappa == other.entity_types.kappa
    assert one.frame_types.kappa == other.frame_types.kappa
    assert one.boundaries[:4] == other.boundaries[:4]
    assert (one.attributes, one.values) == (other.attributes, other.values)
    assert one.gamma is not None
    assert other.gamma is not None
    assert one.gamma.value == (None if other.gamma.value is None else pytest.approx(other.gamma.value))
    for rows, turned in ((one.layers, other.layers), *((one.tables[name], other.tables[name]) for name in one.tables)):
        for name, found in rows.items():
            for match, row in found.items():
                assert row.items == turned[name][match].items[::-1]
                assert row.credit == turned[name][match].credit[::-1]


@settings(max_examples=25, deadline=None)
@given(collections())
def test_measures_are_those_of_the_scorer(sides: tuple[list[AnnotatedDocument], list[AnnotatedDocument]]) -> None:
    """One matching and one counting: the same numbers as scoring B against A, and rows that add up to them."""
    found = two(*sides, known=False)
    made = score_sources(
        InMemory(sides[0]), InMemory(sides[1]), Selection(policies=Policies(optional_mentions="count")), MEASURES
    )
    for measure in MEASURES:
        if measure.family != "coreference" or found.figures[measure].value is not None:
            assert found.figures[measure].value == made.value(measure).value
    rows = found.tables["by_type"].values()
    assert sum(row["strict"].items[0] for row in rows) == found.layers["entities"]["strict"].items[0]
    assert sum(row["partial"].credit[0] for row in rows) == found.layers["entities"]["partial"].credit[0]
    total = found.layers["entities"]["strict"].figure
    assert (total.value, total.interval) == (found.figures[STRICT].value, found.figures[STRICT].interval)


@settings(max_examples=12, deadline=None)
@given(collections(), st.randoms(use_true_random=False))
def test_order_and_names_change_nothing(
    sides: tuple[list[AnnotatedDocument], list[AnnotatedDocument]], chance: Any
) -> None:
    """Shuffled documents give the same JSON to the last digit; everyone agrees with oneself."""
    mixed = [chance.sample(side, len(side)) for side in sides]
    whole = compared(*sides, sides[0], known=False, unitizing=EVERYTHING)
    assert to_json(whole) == to_json(compared(*mixed, mixed[0], known=False, unitizing=EVERYTHING))
    alone = two(sides[0], sides[0], known=False)
    assert all(figure.value in (None, pytest.approx(1.0)) for figure in alone.figures.values())


@settings(max_examples=12, deadline=None)
@given(collections())
def test_what_is_undefined_says_why(sides: tuple[list[AnnotatedDocument], list[AnnotatedDocument]]) -> None:
    """In JSON, no number and no interval is missing without a note."""
    empty = [document(doc_id=one.doc_id) for one in sides[0]]
    found = compared(*sides, empty, known=False, unitizing=EVERYTHING)
    assert undefined_and_silent(json.loads(json.dumps(to_json(found), allow_nan=False))) == []
