"""What two annotations say differently."""

from __future__ import annotations

from hypothesis import given

from tests.annotation.label_studio.projects import TEXT, entity
from tests.strategies import annotated_documents
from workbench.annotation.label_studio.differences import Differences, differences
from workbench.core.records import AnnotatedDocument, Annotation, Relation


def annotation(*entities: object, **more: object) -> Annotation:
    return Annotation.model_validate({"doc_id": "d", "entities": entities, **more})


def test_items_are_told_by_what_they_say() -> None:
    ours = entity(TEXT, "T1", "ORG", "永州市政协", attributes={"org_type": "cppcc"}, cluster="c1")
    renamed = ours.model_copy(update={"id": "x9"})
    changed = ours.model_copy(update={"attributes": {"org_type": "government"}})
    place, parts = entity(TEXT, "T2", "LOC", "沙尔乡"), entity(TEXT, "T3", "ORG", "政協", "</b>")
    link = Relation(id="R1", type="ASSISTS", head="T1", tail="T2")
    assert differences(annotation(ours), annotation(renamed), TEXT) == Differences()
    found = differences(annotation(ours, place, relations=[link]), annotation(changed, parts), TEXT)
    assert found.only_here == (
        "ORG '永州市政协' at 1 cluster=c1 org_type=cppcc",
        "LOC '沙尔乡' at 10",
        "ASSISTS: ORG '永州市政协' at 1 → LOC '沙尔乡' at 10",
    )
    assert found.only_there == (
        "ORG '永州市政协' at 1 cluster=c1 org_type=government",
        "ORG '政協…</b>' at 29",
    )


@given(annotated_documents(), annotated_documents())
def test_each_side_is_told_and_the_same_is_nothing(one: AnnotatedDocument, other: AnnotatedDocument) -> None:
    text = str(one.text) + str(other.text)
    assert differences(one.annotation, one.annotation, text) == Differences()
    there, back = (
        differences(*pair, text) for pair in ((one.annotation, other.annotation), (other.annotation, one.annotation))
    )
    assert (there.only_here, there.only_there) == (back.only_there, back.only_here)
