"""What is scored and how doubtful cases are treated: types, layers, documents, policies, zones, optional mentions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scoring.documents import document, numbers
from workbench.core.errors import FaultyData, UsageMistake
from workbench.core.records import AnnotatedDocument, Zone
from workbench.core.schema import open_schema
from workbench.scoring.collection import InMemory
from workbench.scoring.measures import parse
from workbench.scoring.report import notes, to_json
from workbench.scoring.score import Score, score_sources, signature
from workbench.scoring.selection import Policies, Selection

STRICT = "entity_f1(match=strict)"


def scored(gold: Any, predicted: Any, *, known: bool = True, **options: Any) -> Score:
    policies = Policies(**{name: options.pop(name) for name in list(options) if name in Policies.model_fields})
    selection = Selection(known=open_schema() if known else None, policies=policies, **options)
    sides = [[side] if isinstance(side, AnnotatedDocument) else side for side in (gold, predicted)]
    return score_sources(InMemory(sides[0]), InMemory(sides[1]), selection)


GOLD = document(
    [(0, 5, "ORG"), (7, 10, "LOC"), (18, 23, "MONEY"), (30, 40, "RESULT")],
    [("ASSISTS", 0, 1), ("AFFECTS", 3, 1)],
    [("ASSIST", (16, 18), [("helper", 0), ("amount", 2)])],
)
FOUND = document([(0, 5, "LOC"), (7, 10, "LOC"), (18, 23, "MONEY"), (25, 28, "ORG")], [("ASSISTS", 0, 1)])


def test_selected_types_are_rows_of_the_full_table() -> None:
    """--types LOC gives the LOC row: same alignment, same numbers; relations and frames are left out."""
    whole = scored(GOLD, FOUND)
    only = scored(GOLD, FOUND, types=("LOC",))
    for match in ("strict", "exact", "partial", "type"):
        measure = parse(f"entity_f1(match={match})")
        assert only.counts(measure) == whole.counts(measure, "LOC") == only.counts(measure, "LOC")
    assert only.counts(parse("relation_f1")).gold.total == 0
    assert "types:LOC|" in signature(only)


def test_a_selected_relation_type_keeps_its_ends() -> None:
    """--types ASSISTS scores that relation, although no entity type is scored."""
    only = scored(GOLD, GOLD, types=("ASSISTS",))
    assert numbers(only, "relation_f1(match=strict)") == (1, 0, 0, 0, 0)
    assert only.value(parse(STRICT)).value is None


def test_layers() -> None:
    """--layers value scores MONEY alone; relations and frames are layers too."""
    assert numbers(scored(GOLD, FOUND, layers=("value",)), STRICT) == (1, 0, 0, 0, 0)
    only = scored(GOLD, FOUND, layers=("relations",))
    assert (only.counts(parse("relation_f1")).gold.total, only.value(parse(STRICT)).value) == (2, None)
    assert scored(GOLD, GOLD, layers=("frames",)).value(parse("argument_f1")).value == 1.0


def test_only_layers_that_gold_has_finished() -> None:
    """An unfinished layer of a document is not scored there, and the number of documents is told."""
    partly = GOLD._replace(annotation=GOLD.annotation.model_copy(update={"finished_layers": ("mention", "value")}))
    made = scored(partly, FOUND)
    counts = made.counts(parse(STRICT))
    assert (counts.gold.total, made.counts(parse("relation_f1")).gold.total) == (3, 0)
    assert made.layers.unfinished == {"statement": 1, "relations": 1, "frames": 1}
    assert "layer frames is not scored in 1 documents, where gold has not finished it" in list(notes(made))


def test_without_a_schema_entities_are_finished_and_claimed() -> None:
    """Finished layers of a schema that is not used say nothing of the one layer of all entities."""
    sides = [
        one._replace(annotation=one.annotation.model_copy(update={"finished_layers": ("mention",)}))
        for one in (GOLD, FOUND)
    ]
    made = score_sources(InMemory(sides[:1]), InMemory(sides[1:]), Selection())
    assert made.layers.unfinished == {"relations": 1, "frames": 1}
    assert "entities" not in to_json(made)["layers"]["unclaimed"]


def test_a_layer_that_is_never_claimed_is_named() -> None:
    """Missed items of a layer that the prediction does not claim, or leaves empty, count and are told of."""
    claims = FOUND._replace(
        annotation=FOUND.annotation.model_copy(update={"finished_layers": ("mention", "relations")})
    )
    assert to_json(scored(GOLD, claims))["layers"]["unclaimed"] == ["value", "statement", "frames"]
    made = scored(GOLD, FOUND)  # says nothing of layers: statement and frames are empty
    assert to_json(made)["layers"]["unclaimed"] == ["statement", "frames"]
    assert any("predicts nothing in layer statement: its 1 gold items count as missed" in note for note in notes(made))
    assert made.counts(parse(STRICT)).gold.total == 4


def test_documents_by_id_and_pattern() -> None:
    """Only the documents that are named are scored; the signature counts them."""
    gold = [document([(0, 5, "ORG")], doc_id=f"00{number}") for number in range(4)]
    made = scored(gold, gold, documents=("001", "00[23]"))
    assert made.doc_ids == ("001", "002", "003")
    with pytest.raises(UsageMistake, match="no document '01'; did you mean '00"):
        scored(gold, gold, documents=("01",))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"types": ("ORGA", "LOK")}, "no type 'ORGA'; did you mean 'ORG'.*\n.*no type 'LOK'; did you mean 'LOC'"),
        ({"layers": ("mentions",)}, "no layer 'mentions'; did you mean 'mention'"),
        ({"layers": ("mention",), "known": False}, "no layer 'mention'; did you mean 'relations'"),
        ({"types": ("ORK",), "known": False}, "no type 'ORK' on either side; did you mean 'ORG'"),
    ],
)
def test_names_that_select_nothing(options: dict[str, Any], message: str) -> None:
    """A name that is not known is a mistake, not an empty table."""
    with pytest.raises(UsageMistake, match=message):
        scored(GOLD, FOUND, **options)


def test_duplicates() -> None:
    """A second prediction is spurious, left out, or an error; gold's duplicates are treated alike."""
    gold = document([(0, 5, "ORG"), (7, 10, "LOC")], [("ASSISTS", 0, 1)])
    twice = document([(0, 5, "ORG"), (0, 5, "ORG"), (7, 10, "LOC")], [("ASSISTS", 1, 2)])
    assert numbers(scored(gold, twice), STRICT) == (2, 0, 0, 0, 1)
    made = scored(gold, twice, duplicates="dedupe")
    assert numbers(made, STRICT) == (2, 0, 0, 0, 0)
    assert numbers(made, "relation_f1(match=strict)") == (1, 0, 0, 0, 0)
    with pytest.raises(FaultyData, match=r"predicted d1 entities\[1\]: 'T1' has the span and type of 'T0'"):
        scored(gold, twice, duplicates="error")
    events = [("ASSIST", (16, 18), [("helper", 0)])]
    frames = document([(0, 5, "ORG")], events=events), document([(0, 5, "ORG")], events=events * 2)
    assert numbers(scored(*frames), "trigger_f1")[-1] == 1
    assert numbers(scored(*frames, duplicates="dedupe"), "trigger_f1")[-1] == 0


def test_unknown_labels() -> None:
    """A predicted type that the schema lacks is spurious, left out with its relations, or an error."""
    gold = document([(0, 5, "ORG")])
    found = document([(0, 5, "ORG"), (7, 10, "组织")], [("ASSISTS", 0, 1)])
    assert numbers(scored(gold, found), STRICT) == (1, 0, 0, 0, 1)
    made = scored(gold, found, unknown_labels="drop")
    assert numbers(made, STRICT) == (1, 0, 0, 0, 0)
    assert numbers(made, "relation_f1(match=strict)") == (0, 0, 0, 0, 0)
    with pytest.raises(FaultyData, match=r"predicted d1 entities\[1\].type: unknown type '组织'"):
        scored(gold, found, unknown_labels="error")


def test_missing_documents() -> None:
    """A document on one side only is an error with all its like, an empty answer, or left out."""
    gold = [document([(0, 5, "ORG")], doc_id=doc_id) for doc_id in ("d1", "d2")]
    found = [document([(0, 5, "ORG")], doc_id=doc_id) for doc_id in ("d2", "d3")]
    with pytest.raises(FaultyData) as raised:
        scored(gold, found)
    assert [fault.rule for fault in raised.value.faults] == ["documents", "documents"]
    made = scored(gold, found, missing_documents="empty")
    assert (made.doc_ids, numbers(made, STRICT)) == (("d1", "d2", "d3"), (1, 0, 0, 1, 1))
    made = scored(gold, found, missing_documents="skip")
    assert (made.doc_ids, numbers(made, STRICT)) == (("d2",), (1, 0, 0, 0, 0))
    assert "missing:skip" in signature(made)


def test_optional_mentions_are_neither_rewarded_nor_punished() -> None:
    """A nominal ORG is optional: left out whether it is found or not; a relation with it still counts."""
    nominal = {"attributes": {"mention": "NOM"}}
    gold = document([(0, 5, "ORG"), (7, 10, "ORG", nominal), (13, 16, "GROUP")], [("MEMBER_OF", 2, 1)])
    found = document([(0, 5, "ORG"), (7, 9, "ORG"), (13, 16, "GROUP")], [("MEMBER_OF", 2, 1)])
    missed = document([(0, 5, "ORG"), (13, 16, "GROUP")])
    for predicted, excused in ((found, 1), (missed, 0)):
        made = scored(gold, predicted)
        assert numbers(made, STRICT) == (2, 0, 0, 0, 0)
        assert (made.left_out.optional, made.left_out.excused) == (1, excused)
        assert made.counts(parse("relation_f1")).gold.total == 1
    assert numbers(scored(gold, found, optional_mentions="count"), STRICT) == (2, 1, 0, 0, 0)
    assert numbers(scored(gold, found, known=False), STRICT) == (2, 1, 0, 0, 0)
    assert "optional:counted" in signature(scored(gold, found, optional_mentions="count"))


def test_relations_of_optional_mentions_are_aligned() -> None:
    """A relation whose ends need not be found is right under every way to match relations, against itself."""
    nominal = {"attributes": {"mention": "NOM"}}
    gold = document([(0, 5, "ORG", nominal), (7, 10, "ORG", nominal)], [("PART_OF", 0, 1)])
    for match in ("strict", "aligned", "given_entities"):
        measure = parse(f"relation_f1(match={match})")
        sources = InMemory([gold]), InMemory([gold])
        assert score_sources(*sources, Selection(known=open_schema()), [measure]).value(measure).value == 1.0


def test_what_only_touches_an_optional_mention_is_spurious() -> None:
    """A prediction of another type or mostly elsewhere is not excused; it may match what is required."""
    nominal = {"attributes": {"mention": "NOM"}}
    gold = document([(10, 13, "ORG", nominal), (0, 9, "ORG")])
    assert numbers(scored(gold, document([(10, 13, "MONEY")])), STRICT) == (0, 0, 0, 1, 1)
    assert numbers(scored(gold, document([(0, 30, "ORG")])), STRICT) == (0, 1, 0, 0, 0)
    assert numbers(scored(gold, document([(0, 9, "ORG"), (9, 13, "ORG")])), STRICT) == (1, 0, 0, 0, 0)


def test_a_predicted_relation_of_an_entity_with_itself_is_spurious() -> None:
    """It is wrong, not unreadable; in gold it is a fault."""
    gold = document([(0, 5, "ORG"), (7, 10, "LOC")], [("ASSISTS", 0, 1)])
    looped = document([(0, 5, "ORG"), (7, 10, "LOC")], [("ASSISTS", 0, 1), ("PART_OF", 0, 0)])
    assert numbers(scored(gold, looped), "relation_f1(match=strict)") == (1, 0, 0, 0, 1)
    with pytest.raises(FaultyData, match="is linked to itself"):
        scored(looped, gold)


def test_skipped_documents_are_told_of() -> None:
    """--missing-documents skip says how many it skips."""
    made = scored([GOLD, document(doc_id="d2")], [FOUND], missing_documents="skip")
    assert "1 documents that only one side has are skipped" in list(notes(made))


def test_the_signature_knows_gold_and_not_its_order_or_ids() -> None:
    """Two golds with the same items have one fingerprint, another item gives another."""

    def fingerprint(gold: AnnotatedDocument) -> str:
        return scored(gold, FOUND).digest

    turned = document(
        [(18, 23, "MONEY"), (0, 5, "ORG"), (7, 10, "LOC"), (30, 40, "RESULT")],
        [("AFFECTS", 3, 2), ("ASSISTS", 1, 2)],
        [("ASSIST", (16, 18), [("amount", 0), ("helper", 1)])],
    )
    assert fingerprint(turned) == fingerprint(GOLD)
    assert fingerprint(document([(0, 5, "ORG")])) != fingerprint(GOLD)
    told = [
        document([(0, 5, "ORG", more)])
        for more in (
            {"attributes": {"mention": "NAM"}},
            {"attributes": {"mention": "NOM"}},
            {"cluster": "a"},
            {"value": {"kind": "money", "value": 1}},
        )
    ]
    zoned = document([(0, 5, "ORG")], zones=(Zone(kind="footer", start=20, end=22),))
    prints = [fingerprint(one) for one in (*told, zoned, document([(0, 5, "ORG")]))]
    assert len(set(prints)) == len(prints)
    assert fingerprint(document([(0, 5, "ORG", {"cluster": "b"})])) == prints[2]
    assert fingerprint(FOUND._replace(annotation=GOLD.annotation.model_copy(update={"relations": ()}))) != fingerprint(
        GOLD
    )


def test_empty_documents_count_as_documents() -> None:
    """A document without items on either side is one of the documents, and changes no number."""
    empty = document(doc_id="d2")
    made = scored([GOLD, empty], [FOUND, empty])
    assert made.doc_ids == ("d1", "d2")
    assert made.value(parse(STRICT)).value == scored(GOLD, FOUND).value(parse(STRICT)).value
