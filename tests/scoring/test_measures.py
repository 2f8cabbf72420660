"""Measures: names that parse back, and every formula worked by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.scoring.documents import document, value
from workbench.core.errors import UsageMistake
from workbench.core.records import AnnotatedDocument
from workbench.core.schema import open_schema
from workbench.scoring.measures import AVERAGES, FAMILIES, Measure, catalogue, parse
from workbench.scoring.score import score

ALL = list(catalogue())


@given(st.sampled_from(ALL), st.sampled_from(AVERAGES), st.none() | st.sampled_from(["ORG", "helper", "组织"]))
def test_a_printed_name_parses_back(measure: Measure, average: str, row: str | None) -> None:
    """Reading what is printed gives the same measure, and printing what is read the same name."""
    wanted = measure._replace(average=average, row=row)
    try:
        again = parse(str(wanted))
    except UsageMistake:
        assert wanted.composite or (row is not None and average == "macro_types")
        return
    assert again == wanted
    assert str(again) == str(wanted)


def test_names_are_unique_and_explained() -> None:
    """No two measures share a name, and each says what counts as right."""
    names = [str(measure) for measure in ALL]
    assert len(set(names)) == len(names) > 150
    assert all(measure.meaning for measure in ALL)
    assert {measure.family for measure in ALL} == set(FAMILIES)


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("entity_f1", "entity_f1(match=strict)"),
        (" entity_f1 ( match = partial ) ", "entity_f1(match=partial)"),
        ("entity_f1(match=iou)", "entity_f1(match=iou,threshold=0.5)"),
        ("entity_f1(threshold=.50, match=iou)", "entity_f1(match=iou,threshold=0.5)"),
        ("relation_recall(alignment=type,match=aligned)", "relation_recall(match=aligned,alignment=type)"),
        ("coreference_f1", "coreference_f1(match=conll)"),
        ("entity_f1(type=ORG)", "entity_f1(match=strict,type=ORG)"),
        ("value_accuracy(average=macro_types)", "value_accuracy(compare=equal,average=macro_types)"),
    ],
)
def test_defaults_and_spelling(written: str, printed: str) -> None:
    """Defaults may be left out, order and blanks do not matter."""
    assert str(parse(written)) == printed


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("entity_f2", "did you mean 'entity_f1'"),
        ("entity_f1(match=strikt)", "did you mean 'strict'"),
        ("entity_f1(macth=strict)", "did you mean 'match'"),
        ("entity_f1(match=type,threshold=0.3)", "threshold has no meaning with match=type"),
        ("relation_f1(match=strict,alignment=type)", "alignment has no meaning with match=strict"),
        ("entity_f1(match=iou,threshold=2)", "above 0, up to 1"),
        ("entity_f1(match=iou,threshold=x)", "above 0, up to 1"),
        ("entity_f1(match)", "not of the form name=value"),
        ("entity_f1(match=strict,match=type)", "given twice"),
        ("entity_f1(match=strict", "is not a measure"),
        ("entity_f1(average=macro_typs)", "it is one of micro, macro_types, macro_documents"),
        ("entity_f1(type=ORG,average=macro_types)", "one row has no mean"),
        ("coreference_recall(match=conll)", "mean of F1"),
        ("entity_error(match=iou)", "is counted for match=strict"),
        ("", "is not a measure"),
    ],
)
def test_misspelt_measures(written: str, message: str) -> None:
    """Every mistake is named, with what was probably meant."""
    with pytest.raises(UsageMistake, match=message):
        parse(written)


def test_all_mistakes_at_once() -> None:
    """Two wrong parameters are two lines."""
    with pytest.raises(UsageMistake) as raised:
        parse("entity_f1(match=strikt,spans=al)")
    assert len(str(raised.value).splitlines()) == 2


GOLD = document([(0, 5, "ORG"), (7, 10, "LOC"), (10, 13, "LOC"), (13, 16, "GROUP"), (30, 40, "RESULT")])
FOUND = document([(0, 5, "ORG"), (7, 10, "ORG"), (10, 12, "LOC"), (18, 23, "MONEY"), (30, 34, "RESULT")])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # five gold, five predicted; pairs: one exact, one wrong type, two wrong boundaries; one missed, one spurious
        ("entity_f1(match=strict)", Fraction(1, 5)),
        ("entity_f1(match=exact)", Fraction(2, 5)),
        ("entity_f1(match=partial)", Fraction(2 + 1, 5)),  # two exact spans and two halves
        ("entity_f1(match=type)", Fraction(3, 5)),
        # intersection over union: LOC 2/3, RESULT 4/10
        ("entity_f1(match=iou,threshold=0.5)", Fraction(2, 5)),
        ("entity_f1(match=iou,threshold=0.4)", Fraction(3, 5)),
        ("entity_f1(match=iou,threshold=0.7)", Fraction(1, 5)),
        # code points by type: ORG 5 of 5 / 8, LOC 2 of 6 / 2, GROUP 0 of 3, RESULT 4 of 10 / 4, MONEY 0 / 5
        ("entity_recall(match=characters)", Fraction(5 + 2 + 4, 5 + 6 + 3 + 10)),
        ("entity_precision(match=characters)", Fraction(5 + 2 + 4, 8 + 2 + 4 + 5)),
        # MUC-5: COR 1, INC 3, MIS 1, SPU 1
        ("entity_undergeneration(match=strict)", Fraction(1, 5)),
        ("entity_overgeneration(match=strict)", Fraction(1, 5)),
        ("entity_substitution(match=strict)", Fraction(3, 4)),
        ("entity_error(match=strict)", Fraction(3 + 1 + 1, 1 + 3 + 1 + 1)),
        # partial: COR 2, PAR 2, MIS 1, SPU 1
        ("entity_substitution(match=partial)", Fraction(1, 4)),
        ("entity_error(match=partial)", Fraction(1 + 1 + 1, 2 + 2 + 1 + 1)),
        # by type: ORG 1 of 1 gold, 1 of 2 predicted
        ("entity_precision(match=strict,type=ORG)", Fraction(1, 2)),
        ("entity_f1(match=strict,type=ORG)", Fraction(2, 3)),
        # macro over the gold types ORG, LOC, GROUP, RESULT: F1 2/3, 0, 0, 0
        ("entity_f1(match=strict,average=macro_types)", Fraction(2, 3) / 4),
    ],
)
def test_entity_measures_by_hand(name: str, expected: Fraction) -> None:
    """Five gold and five predicted entities, worked out in the comments."""
    assert value(GOLD, FOUND, name) == pytest.approx(float(expected))


def test_relaxed_boundaries_are_the_schemas() -> None:
    """RESULT is a statement with relaxed boundaries: Dice 2·6/(10+6) = ¾ will do, 2·3/(10+3) < ½ not; LOC is exact."""
    known = open_schema()
    gold = document([(30, 40, "RESULT"), (0, 10, "LOC")])
    for end, expected in ((36, 0.5), (33, 0.0)):
        found = document([(30, end, "RESULT"), (0, 9, "LOC")])
        assert value(gold, found, "entity_f1(match=relaxed)", schema=known) == expected
        assert value(gold, found, "entity_f1(match=relaxed)") == 0.0  # without a schema no type is relaxed


def test_outermost_and_discontinuous_views() -> None:
    """A flat system finds both outer spans: 1 on outermost ones, 4/5 on all; the discontinuous one it misses."""
    gold = document([(0, 5, "ORG"), (0, 3, "LOC"), ((7, 9), (11, 13), "ORG")])
    found = document([(0, 5, "ORG"), (7, 13, "ORG")])
    assert value(gold, found, "entity_f1(match=strict,spans=outermost)") == pytest.approx(2 * 1 / 4)
    assert value(gold, found, "entity_recall(match=strict)") == pytest.approx(1 / 3)
    assert value(gold, found, "entity_recall(match=strict,spans=discontinuous)") == 0.0
    assert value(gold, gold, "entity_f1(match=strict,spans=discontinuous)") == 1.0
    # the gap of a discontinuous span is not covered: an entity in the gap is outermost too
    gap = document([((7, 9), (11, 13), "ORG"), (9, 11, "LOC")])
    assert value(gap, gap, "entity_recall(match=strict,spans=outermost)") == 1.0
    assert (
        score([gap], [gap], measures=["entity_f1(spans=outermost)"])
        .counts(parse("entity_f1(spans=outermost)"))
        .gold.total
        == 2
    )


def test_attributes_with_both_denominators() -> None:
    """Gold says mention of three entities; one is missed, one has another value, one is right, one is not said of."""
    gold = document(
        [
            (0, 5, "ORG", {"attributes": {"mention": "NAM"}}),
            (7, 10, "LOC", {"attributes": {"mention": "NAM"}}),
            (10, 13, "LOC", {"attributes": {"mention": "NOM"}}),
            (13, 16, "GROUP"),
        ]
    )
    found = document(
        [
            (0, 5, "ORG", {"attributes": {"mention": "ＮＡＭ"}}),
            (7, 10, "LOC", {"attributes": {}}),
            (13, 16, "GROUP", {"attributes": {"mention": "NAM"}}),
            (18, 20, "ORG", {"attributes": {"mention": "NAM"}}),
        ]
    )
    # compared: ORG and the first LOC. Equal: none (full-width), lenient: one. Joint: possible 3, actual 2 (ORG, the
    # spurious one; of GROUP gold says nothing, so it is not scored).
    assert value(gold, found, "attribute_accuracy(compare=equal)") == 0.0
    assert value(gold, found, "attribute_accuracy(compare=lenient)") == 0.5
    assert value(gold, found, "attribute_recall(compare=lenient)") == pytest.approx(1 / 3)
    assert value(gold, found, "attribute_precision(compare=lenient)") == 0.5
    assert value(gold, found, "attribute_precision(compare=lenient,type=mention)") == 0.5
    assert value(gold, found, "attribute_precision(compare=lenient,type=spec)") is None


def test_values_by_kind() -> None:
    """210万元 against 211万元 is wrong, and right within 1 %; a month for a day within it is half right."""
    gold = document(
        [
            (18, 23, "MONEY", {"value": {"kind": "money", "value": 2100000}}),
            (30, 37, "TIME", {"value": {"kind": "time", "type": "DATE", "value": "2016-09-03"}}),
        ]
    )
    found = document(
        [
            (18, 23, "MONEY", {"value": {"kind": "money", "value": 2110000}}),
            (30, 37, "TIME", {"value": {"kind": "time", "type": "DATE", "value": "2016-09"}}),
        ]
    )
    assert value(gold, found, "value_accuracy(compare=equal)") == 0.0
    assert value(gold, found, "value_accuracy(compare=lenient)") == 0.75
    assert value(gold, found, "value_accuracy(compare=lenient,type=time)") == 0.5
    assert value(gold, gold, "value_f1(compare=equal)") == 1.0


def relation_pair() -> tuple[AnnotatedDocument, AnnotatedDocument]:
    """Gold PART_OF(2→1), ASSISTS(0→2), LOCATED_IN(3→1); the prediction has a wrong type at 1, a short 2, misses 3."""
    gold = document(
        [(0, 5, "ORG"), (7, 10, "LOC"), (10, 13, "LOC"), (13, 16, "GROUP")],
        [("PART_OF", 2, 1), ("ASSISTS", 0, 2), ("LOCATED_IN", 3, 1), ("ASSISTS", 0, 1)],
    )
    found = document(
        [(0, 5, "ORG"), (7, 10, "ORG"), (10, 12, "LOC")], [("PART_OF", 2, 1), ("ASSISTS", 0, 2), ("ASSISTS", 0, 1)]
    )
    return gold, found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("relation_f1(match=strict)", Fraction(0)),
        ("relation_recall(match=boundaries)", Fraction(1, 4)),  # ASSISTS(0→1): both spans
        ("relation_precision(match=boundaries)", Fraction(1, 3)),
        ("relation_recall(match=aligned)", Fraction(3, 4)),  # every predicted end has a partner
        ("relation_recall(match=aligned,alignment=type)", Fraction(1, 4)),  # 1 has another type: ASSISTS(0→2) alone
        ("relation_precision(match=aligned,alignment=type)", Fraction(1, 3)),
        ("relation_f1(match=given_entities)", None),  # of the ends only 0 is in both: nothing to relate
    ],
)
def test_relation_measures_by_hand(name: str, expected: Fraction | None) -> None:
    """Four gold and three predicted relations, worked out beside the numbers."""
    found = value(*relation_pair(), name)
    assert found == (None if expected is None else pytest.approx(float(expected)))


def test_relations_given_entities() -> None:
    """One of two relations among the common entities is found; the one with a missed end is not held against it."""
    gold = document(
        [(0, 5, "ORG"), (7, 10, "LOC"), (10, 13, "LOC"), (13, 16, "GROUP")],
        [("PART_OF", 2, 1), ("ASSISTS", 0, 2), ("LOCATED_IN", 3, 1)],
    )
    found = document([(0, 5, "ORG"), (7, 10, "LOC"), (10, 13, "LOC")], [("PART_OF", 2, 1)])
    assert value(gold, found, "relation_recall(match=given_entities)") == 0.5
    assert value(gold, found, "relation_recall(match=strict)") == pytest.approx(1 / 3)


def test_relations_between_clusters() -> None:
    """Any mention of the cluster will do; a relation told of two mentions counts once."""
    entities: list[tuple[Any, ...]] = [
        (0, 5, "ORG", {"cluster": "a"}),
        (20, 23, "ORG", {"cluster": "a"}),
        (7, 10, "LOC"),
    ]
    renamed = [(0, 5, "ORG", {"cluster": "x"}), (20, 23, "ORG", {"cluster": "x"}), (7, 10, "LOC")]
    gold = document(entities, [("ASSISTS", 0, 2)])
    found = document(renamed, [("ASSISTS", 1, 2), ("ASSISTS", 0, 2)])
    assert value(gold, found, "relation_f1(match=entity_level)") == 1.0
    assert value(gold, found, "relation_precision(match=strict)") == 0.5
    alone = document([(0, 5, "ORG"), (20, 23, "ORG"), (7, 10, "LOC")], [("ASSISTS", 1, 2)])
    # without clusters {0, 1} maps to the first mention alone, and the second one's relation is another
    assert value(gold, alone, "relation_f1(match=entity_level)") == 0.0


def frame_pair() -> tuple[AnnotatedDocument, AnnotatedDocument]:
    """Two gold frames; the prediction has the second one's helper on the first, and a wrong role."""
    ends = [(0, 5, "ORG"), (13, 16, "GROUP"), (18, 23, "MONEY")]
    gold = document(
        ends,
        events=[
            ("ASSIST", (16, 18), [("helper", 0), ("beneficiary", 1), ("amount", 2)]),
            ("ASSIST", (24, 26), [("helper", 0)]),
        ],
    )
    found = document(
        ends,
        events=[("ASSIST", (16, 18), [("helper", 0), ("need", 1)]), ("VISIT", (24, 26), [("helper", 0)])],
    )
    return gold, found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("trigger_f1(match=identification)", Fraction(1)),
        ("trigger_f1(match=classification)", Fraction(1, 2)),
        # bags of (frame type, filler): gold ASSIST:0 twice, :1, :2; predicted ASSIST:0, :1, VISIT:0
        ("argument_recall(match=identification)", Fraction(2, 4)),
        ("argument_precision(match=identification)", Fraction(2, 3)),
        ("argument_recall(match=classification)", Fraction(1, 4)),
        ("argument_recall(match=classification,attachment=attached)", Fraction(1, 4)),
        # both have the frame ASSIST at 16 and all three fillers; VISIT at 24 is no frame of both
        ("argument_recall(match=classification,attachment=given)", Fraction(1, 3)),
        ("argument_precision(match=classification,attachment=given)", Fraction(1, 2)),
        ("argument_recall(match=identification,attachment=given)", Fraction(2, 3)),
        ("frame_f1(match=whole)", Fraction(0)),
        # frames of ASSIST: the predicted one is aligned with the first gold one: helper is right
        ("role_filler_recall(match=mention)", Fraction(1, 4)),
        ("role_filler_precision(match=mention)", Fraction(1, 3)),
        ("role_filler_recall(match=mention,type=helper)", Fraction(1, 2)),
    ],
)
def test_frame_measures_by_hand(name: str, expected: Fraction) -> None:
    """Two frames a side, worked out beside the numbers."""
    assert value(*frame_pair(), name) == pytest.approx(float(expected))


def test_attached_arguments_hang_on_the_right_trigger() -> None:
    """The right filler and role on another trigger: right detached, wrong attached."""
    ends = [(0, 5, "ORG")]
    gold = document(ends, events=[("ASSIST", (16, 18), [("helper", 0)])])
    found = document(ends, events=[("ASSIST", (24, 26), [("helper", 0)])])
    assert value(gold, found, "argument_f1(match=classification)") == 1.0
    assert value(gold, found, "argument_f1(match=classification,attachment=attached)") == 0.0
    assert value(gold, found, "frame_f1(match=record)") == 1.0
    assert value(gold, found, "frame_f1(match=whole)") == 0.0


def test_arguments_given_frames_and_entities() -> None:
    """A filler of another type is left out; without a common frame there is no value."""
    gold = document([(0, 5, "ORG"), (13, 16, "GROUP")], events=[("ASSIST", (16, 18), [("helper", 0), ("need", 1)])])
    found = document([(0, 5, "ORG"), (13, 16, "ORG")], events=[("ASSIST", (16, 18), [("helper", 0), ("need", 1)])])
    other = document([(0, 5, "ORG")], events=[("ASSIST", (24, 26), [("helper", 0)])])
    assert value(gold, found, "argument_f1(match=classification,attachment=attached)") == 1.0
    assert value(gold, found, "argument_recall(match=classification,attachment=given,type=helper)") == 1.0
    assert value(gold, found, "argument_f1(match=classification,attachment=given,type=need)") is None
    assert value(gold, other, "argument_f1(match=classification,attachment=given)") is None


def test_role_fillers_as_entities() -> None:
    """Another mention of the helper's cluster fills the role; both mentions together still count once."""
    entities = [(0, 5, "ORG", {"cluster": "a"}), (20, 23, "ORG", {"cluster": "a"})]
    gold = document(entities, events=[("ASSIST", (16, 18), [("helper", 0)])])
    for fillers in ([("helper", 1)], [("helper", 0), ("helper", 1)]):
        found = document(entities, events=[("ASSIST", (16, 18), fillers)])
        assert value(gold, found, "role_filler_f1(match=entity)") == 1.0
        assert value(gold, found, "role_filler_precision(match=mention)") == (0.0 if len(fillers) == 1 else 0.5)


def test_coreference_through_the_front_door() -> None:
    """TC-A-2 of the CoNLL scorer as entities: MUC 1/2, B³ .56, CEAFe .72, their mean; singletons can be dropped."""
    places = {letter: (10 * index, 10 * index + 2) for index, letter in enumerate("abcdef")}

    def side(*clusters: str) -> AnnotatedDocument:
        return document([(*places[letter], "PER", {"cluster": cluster}) for cluster in clusters for letter in cluster])

    gold, found = side("a", "bc", "def"), side("a", "de")
    assert value(gold, found, "coreference_f1(match=muc)") == pytest.approx(0.5)
    assert value(gold, found, "coreference_f1(match=b_cubed)") == pytest.approx(0.56)
    assert value(gold, found, "coreference_f1(match=ceaf_e)") == pytest.approx(0.72)
    assert value(gold, found, "coreference_f1(match=conll)") == pytest.approx((0.5 + 0.56 + 0.72) / 3)
    assert value(gold, found, "coreference_f1(match=blanc)") == pytest.approx(0.35385, abs=5e-6)
    assert value(gold, found, "coreference_recall(match=b_cubed,singletons=drop)") == pytest.approx((2 * 2 / 3) / 5)
    assert value(document([(0, 5, "ORG")]), found, "coreference_f1(match=conll)") is None
    # with singletons alone MUC is undefined, and so is the mean it is part of
    assert value(side("a", "b"), side("a"), "coreference_f1(match=conll)") is None
    assert value(side("a", "b"), side("a"), "coreference_recall(match=b_cubed)") == 0.5


def test_macro_over_documents_leaves_out_and_says_so() -> None:
    """F1 1 and 0, and one document where nothing is: the mean is over two, one is left out."""
    ids = ("d1", "d2", "d3")
    gold = [document([(0, 5, "ORG")], doc_id=ids[0]), document([(0, 5, "ORG")], doc_id=ids[1]), document(doc_id=ids[2])]
    found = [document([(0, 5, "ORG")], doc_id=ids[0]), document(doc_id=ids[1]), document(doc_id=ids[2])]
    made = score(gold, found)
    result = made.value(parse("entity_f1(average=macro_documents)"))
    assert (result.value, result.averaged, result.left_out) == (0.5, 2, 1)
    assert made.by_document(parse("entity_f1")) == {"d1": 1.0, "d2": 0.0, "d3": None}
    precision = made.value(parse("entity_precision(average=macro_types)"))
    assert (precision.value, precision.averaged, precision.left_out) == (1.0, 1, 0)


def test_documents_without_clusters_count_as_singletons() -> None:
    """Where gold has clusters somewhere, a document without any says that each entity is one by itself."""
    clustered = document([(0, 5, "ORG", {"cluster": "a"}), (7, 9, "ORG", {"cluster": "a"})])
    alone = document([(0, 5, "ORG"), (7, 9, "ORG")], doc_id="d2")
    merged = document([(0, 5, "ORG", {"cluster": "x"}), (7, 9, "ORG", {"cluster": "x"})], doc_id="d2")
    measure = parse("coreference_precision(match=b_cubed)")
    # d1: 2 of 2; d2: each of the two mentions shares half of its cluster
    assert score([clustered, alone], [clustered, merged], measures=[measure]).value(measure).value == 0.75


def test_coreference_means_over_documents() -> None:
    """The mean of the documents' CoNLL values, not the value of their sum."""
    clusters = [(10 * index, 10 * index + 2, "PER", {"cluster": str(index % 2)}) for index in range(4)]
    split = [(*one[:3], {"cluster": str(index)}) for index, one in enumerate(clusters)]
    gold = [document(clusters, doc_id="d1"), document(clusters, doc_id="d2")]
    found = [document(clusters, doc_id="d1"), document([*split[:2], *clusters[2:]], doc_id="d2")]
    macro = parse("coreference_f1(match=conll,average=macro_documents)")
    made = score(gold, found, measures=[macro])
    each = list(made.by_document(macro).values())
    assert made.value(macro).value == pytest.approx(sum(each) / 2)
    assert (made.value(macro).averaged, made.value(macro).left_out) == (2, 0)


def test_macro_is_over_gold_types() -> None:
    """A spurious item of a type that gold lacks does not halve macro F1 (seqeval's union does)."""
    gold = document([(0, 5, "ORG")])
    found = document([(0, 5, "ORG"), (7, 9, "LOC")])
    assert value(gold, found, "entity_f1(average=macro_types)") == 1.0
    assert value(gold, found, "entity_f1(match=strict)") == pytest.approx(2 / 3)
