"""Live checks: each problem with the thing it is about and where to look."""

from __future__ import annotations

from schemas.load import load
from tests.annotation.batches import STORY
from tests.annotation.working import spot
from workbench.annotation.drafts.draft import Draft
from workbench.annotation.problems import problems
from workbench.core.records import Annotation, Document, Entity, Frame, Relation, Trigger, Zone
from workbench.core.text import Span

SCHEMA = load("cppcc_poverty")
DOCUMENT = Document(doc_id="d00", text=STORY, zones=(Zone(kind="footer", start=len(STORY) - 4, end=len(STORY)),))


def entity(name: str, words: str, kind: str) -> Entity:
    return Entity(id=name, type=kind, fragments=(spot(words),), text=words)


def found(**parts: object) -> list[tuple[str, str, str, Span | None]]:
    draft = Draft.empty()
    draft = draft.apply(draft.towards(Annotation(doc_id="d00", **parts)))  # type: ignore[arg-type]
    return [(one.severity, one.rule, one.item, one.span) for one in problems(draft, DOCUMENT, SCHEMA)]


def test_nothing_wrong() -> None:
    """An empty draft, and one of a name."""
    assert found() == found(entities=(entity("E1", "永州市政协", "ORG"),)) == []


def test_problems_stand_in_the_order_of_the_text() -> None:
    """What is about the whole comes first; entities and relations by where they stand, frames by their triggers."""
    money, org = entity("E2", "２１０万元", "MONEY"), entity("E1", "永州市政协", "ORG")
    trigger = Trigger(fragments=(spot("走访"),), text="走访")
    assert found(
        entities=(money, org, entity("E3", "政协向", "ORG")),
        relations=(Relation(id="R1", type="HAS_TIME", head="E2", tail="E1"),),
        frames=(Frame(id="F1", type="DISPATCH", trigger=trigger), Frame(id="F2", type="DISPATCH")),
        finished_layers=("nothing",),
    ) == [
        ("error", "cardinality", "F2", None),
        ("error", "layers", "", None),
        ("error", "crossing", "E3", spot("政协向")),
        ("error", "admissible", "R1", spot("２１０万元")),
        ("error", "cardinality", "F1", spot("走访")),
    ]


def test_warnings() -> None:
    """A sum that hangs on nothing does not keep a document from being published."""
    assert found(entities=(entity("E1", "２１０万元", "MONEY"),)) == [("warning", "loose", "E1", spot("２１０万元"))]


def test_closed_zones() -> None:
    """What a file has in the page's furniture."""
    last = Span(len(STORY) - 3, len(STORY) - 1)
    inside = Entity(id="E1", type="ORG", fragments=(last,), text=STORY[last.start : last.end])
    assert found(entities=(inside,)) == [("error", "zone", "E1", last)]
