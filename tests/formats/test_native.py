"""The native annotation file: same record, same bytes, and every fault with its path."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import annotated_texts
from workbench.core.errors import FaultyData, UsageMistake
from workbench.core.records import Annotation, Entity, in_order
from workbench.core.text import Span
from workbench.formats import native


@given(annotated_texts())
def test_written_and_read_is_the_same_annotation(annotated: tuple[str, Annotation]) -> None:
    """Reading what was written gives the annotation in canonical order; writing that gives the same bytes."""
    _, annotation = annotated
    written = native.dump(annotation)
    read = native.parse(json.loads(written), Path("d1.json")).annotation
    assert read == in_order(annotation)
    assert native.dump(read) == written


@given(annotated_texts(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(annotated: tuple[str, Annotation], shuffled: random.Random) -> None:
    """Entities, relations and frames in any order make the same file."""
    _, annotation = annotated
    mixed = {
        group: tuple(shuffled.sample(getattr(annotation, group), len(getattr(annotation, group))))
        for group in ("entities", "relations", "frames")
    }
    assert native.dump(annotation.model_copy(update=mixed)) == native.dump(annotation)


def test_a_file_as_people_see_it() -> None:
    """One key per line, spans inline, empty fields left out, keys in a fixed order."""
    annotation = Annotation(
        doc_id="d1",
        author="A",
        entities=(Entity(id="T1", type="ORG", fragments=(Span(0, 2), Span(5, 9)), text="民革…四川省委"),),
    )
    assert native.dump(annotation) == (
        '{\n  "format": "workbench-annotation/1",\n  "doc_id": "d1",\n  "author": "A",\n  "entities": [\n    {\n'
        '      "id": "T1",\n      "type": "ORG",\n      "fragments": [[0, 2], [5, 9]],\n      "text": "民革…四川省委"\n'
        '    }\n  ],\n  "relations": [],\n  "frames": []\n}\n'
    )


def content(**changes: Any) -> dict[str, Any]:
    entity = {"id": "T1", "type": "ORG", "fragments": [[0, 2]]}
    return {"format": native.FORMAT, "doc_id": "d1", "entities": [entity], "relations": [], "frames": [], **changes}


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        (content(format="workbench-annotation/9"), "format"),
        (content(colour="red"), "colour"),
        (content(entities=[{"id": "T1", "type": "ORG"}]), "entities[0].fragments"),
        (content(entities=[{"id": "T1", "type": "ORG", "fragments": [[0]]}]), "entities[0].fragments"),
        (content(entities=[{"id": "T1", "type": "ORG", "fragments": [["0", "x"]]}]), "entities[0].fragments"),
        (content(entities=[{"id": 1, "type": "ORG", "fragments": [[0, 2]]}]), "entities[0].id"),
        (
            content(entities=[{"id": "T1", "type": "ORG", "fragments": [[0, 2]], "value": {"kind": "sum"}}]),
            "entities[0].value",
        ),
        (content(relations=[{"id": "R1", "type": "PART_OF", "head": "T1"}]), "relations[0].tail"),
        (
            content(frames=[{"id": "E1", "type": "ASSIST", "arguments": [{"role": "helper"}]}]),
            "frames[0].arguments[0].entity",
        ),
        (content(schema={"id": "x"}), "schema.version"),
    ],
)
def test_what_is_no_annotation_is_refused_with_its_path(tmp_path: Path, changed: dict[str, Any], path: str) -> None:
    """A wrong or missing field is a fault with file and path."""
    file = tmp_path / "d1.json"
    file.write_text(json.dumps(changed))
    with pytest.raises(FaultyData) as caught:
        native.read(file)
    assert [fault.source for fault in caught.value.faults] == [file] * len(caught.value.faults)
    assert any(fault.path.startswith(path) for fault in caught.value.faults), caught.value.faults


def test_all_faults_of_a_file_at_once(tmp_path: Path) -> None:
    """Two wrong entities are two faults of one answer."""
    file = tmp_path / "d1.json"
    file.write_text(json.dumps(content(entities=[{"type": "ORG", "fragments": [[0, 2]]}, {"id": "T2"}])))
    with pytest.raises(FaultyData) as caught:
        native.read(file)
    assert {fault.path for fault in caught.value.faults} == {
        "entities[0].id",
        "entities[1].type",
        "entities[1].fragments",
    }


def test_no_such_file(tmp_path: Path) -> None:
    """A missing file is a mistake of usage, not a traceback."""
    with pytest.raises(UsageMistake, match="no such file"):
        native.read(tmp_path / "no.json")
