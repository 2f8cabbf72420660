"""Records: copies are fresh, order is canonical."""

from __future__ import annotations

from workbench.core.records import Annotation, Document, Entity
from workbench.core.text import Span


def entity(name: str, start: int) -> Entity:
    return Entity(id=name, type="ORG", fragments=(Span(start, start + 2),))


def test_a_copy_computes_its_own_index() -> None:
    """What was looked up before copying does not leak into a copy with other fields."""
    first = Annotation(doc_id="d1", entities=(entity("T1", 0),))
    assert set(first.entity_by_id) == {"T1"}
    second = first.model_copy(update={"entities": (entity("T2", 3),)})
    assert set(second.entity_by_id) == {"T2"}
    assert set(first.entity_by_id) == {"T1"}
    document = Document(doc_id="d1", text="政协")
    assert document.model_copy(update={"text": "政𠀀"}).text_sha256 != document.text_sha256
