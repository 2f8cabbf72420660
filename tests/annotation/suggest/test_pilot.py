"""The real pilot batch: annotating it again left to right, deciding on every suggestion that is come to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.annotation.suggest.making import SCHEMA
from tests.annotation.suggest.replay import Replay, Tally
from workbench.annotation.suggest import Strings, SuggestedEntity, Suggestion, from_author, from_program, suggest_values
from workbench.annotation.suggest.overlay import open_suggestions
from workbench.core.checks import check
from workbench.core.records import Annotation, Document
from workbench.corpus.tasks import Batch
from workbench.formats import native

PILOT = Batch.at(Path(__file__).parents[3] / "tasks" / "pilot")
REPORTS = PILOT.document_ids()[:2]


def annotation(doc_id: str, author: str = "A") -> Annotation:
    return native.read(PILOT.annotation_file(author, doc_id)).annotation


def fixed(document: Document, *sources: str) -> list[tuple[Suggestion, ...]]:
    made = {
        "values": lambda: suggest_values(document, SCHEMA),
        "rules": lambda: from_program(PILOT, "rules", document, SCHEMA).suggestions,
    }
    return [made[source]() for source in sources]


@pytest.mark.parametrize(
    ("sources", "with_strings", "precision", "recall"),
    [
        ((), True, 0.85, 0.2),
        (("values",), False, 0.9, 0.05),
        (("rules",), False, 0.9, 0.6),
        (("values", "rules"), True, 0.9, 0.62),
    ],
)
def test_what_suggestions_are_worth_left_to_right(
    sources: tuple[str, ...], with_strings: bool, precision: float, recall: float
) -> None:
    replay, tally = Replay(SCHEMA, with_strings), Tally()
    for doc_id in REPORTS:
        document = PILOT.document(doc_id)
        found = replay.run(document, annotation(doc_id), fixed(document, *sources))
        tally += found
        assert found.accepted + found.by_hand == len(annotation(doc_id).entities)
    assert tally.precision >= precision
    assert tally.recall >= recall


def test_all_that_another_annotator_says_is_legal_when_nothing_is_labelled() -> None:
    document = PILOT.document(REPORTS[1])
    offer = from_author(PILOT, "B", document, SCHEMA)
    assert offer.refusals == ()
    found = open_suggestions(offer.suggestions, Annotation(doc_id=document.doc_id), (), SCHEMA, document)
    entities = [one for one in found if one.kind == "entity"]
    assert len(entities) == len(annotation(REPORTS[1], "B").entities)


def test_ones_own_annotation_leaves_nothing_open() -> None:
    document = PILOT.document(REPORTS[0])
    own = annotation(REPORTS[0])
    assert not [fault for fault in check(own, SCHEMA, document.text, document.zones) if fault.severity == "error"]
    offer = from_author(PILOT, "A", document, SCHEMA)
    assert {one.kind for one in offer.suggestions} == {"entity", "relation", "frame"}
    assert open_suggestions(offer.suggestions, own, (), SCHEMA, document) == ()


def test_relations_and_frames_of_another_open_with_their_ends() -> None:
    document = PILOT.document(REPORTS[1])
    own = annotation(REPORTS[1]).model_copy(update={"relations": (), "frames": ()})
    offer = from_author(PILOT, "B", document, SCHEMA)
    found = open_suggestions(offer.suggestions, own, (), SCHEMA, document)
    kinds = [one.kind for one in found]
    assert kinds.count("relation") > 50
    assert kinds.count("frame") > 10
    positions = [one.item.start for one in found if isinstance(one.item, SuggestedEntity)]
    assert positions == sorted(positions)


def test_strings_of_the_first_report_are_found_in_the_second() -> None:
    strings = Strings.of(SCHEMA, [annotation(REPORTS[0])])
    found = strings.in_document(PILOT.document(REPORTS[1]))
    assert {"GROUP", "ORG"} <= {one.item.type for one in found}
