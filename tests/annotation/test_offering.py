"""What is suggested beside a draft: all sources, in step with every change, and none of it in a blind batch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.annotation.batches import STORY, write_document
from tests.annotation.drafts.steps import DESK, TEXT, Choice, courses, worked
from tests.annotation.working import spot
from workbench.annotation.drafts import edits
from workbench.annotation.drafts.draft import Delta, Draft, Swap
from workbench.annotation.drafts.history import Work
from workbench.annotation.drafts.links import Link
from workbench.annotation.offering import NO_SOURCES, Offering, Sources, SuggestedLink, check_sources
from workbench.core.errors import UsageMistake
from workbench.core.records import Annotation, Document, Entity, Relation
from workbench.corpus.tasks import Batch
from workbench.formats import native

STRINGS = Sources(values=False, programs=())
ORG = Entity(id="E1", type="ORG", fragments=(spot("永州市政协"),), text="永州市政协")
LOC = Entity(id="E2", type="LOC", fragments=(spot("沙尔乡"),), text="沙尔乡")
LINK = Relation(id="R1", type="ASSISTS", head="E1", tail="E2")
SAID = Annotation(doc_id="d00", entities=(ORG, LOC), relations=(LINK,))


@pytest.fixture
def story(batch: Batch) -> Document:
    """The document d00."""
    write_document(batch, "d00", STORY)
    return batch.document("d00")


def texts(offering: Offering) -> list[str]:
    return [one.item.text for one in offering.open if one.kind == "entity"]


def test_sources(batch: Batch, story: Document) -> None:
    """Predictions, other annotators, other files, values and strings; each can be left out."""
    native.write(batch.prediction_file("rules", "d00"), SAID.model_copy(update={"entities": (LOC,), "relations": ()}))
    native.write(batch.annotation_file("B", "d00"), SAID.model_copy(update={"entities": (ORG,), "relations": ()}))
    other = batch.root / "elsewhere.json"
    native.write(other, SAID)

    def offered(sources: Sources) -> list[str]:
        return texts(Offering(batch, story, DESK.schema, sources))

    assert offered(NO_SOURCES) == []
    assert (
        offered(NO_SOURCES._replace(programs=None)) == offered(NO_SOURCES._replace(programs=("rules",))) == ["沙尔乡"]
    )
    assert offered(NO_SOURCES._replace(authors=("B",))) == ["永州市政协"]
    assert offered(NO_SOURCES._replace(paths=(other,))) == ["永州市政协", "沙尔乡"]
    assert "２１０万元" in offered(NO_SOURCES._replace(values=True))
    earlier = Annotation(doc_id="d01", entities=(ORG,))
    assert texts(Offering(batch, story, DESK.schema, STRINGS, [earlier])) == ["永州市政协"] * 3


def test_a_blind_batch(batch: Batch, story: Document) -> None:
    """No predictions, refused when they are asked for; another annotator's work is a mistake."""
    native.write(batch.prediction_file("rules", "d00"), SAID)
    native.write(batch.annotation_file("B", "d00"), SAID)
    blind = batch._replace(blind=True)
    assert Offering(blind, story, DESK.schema, Sources(values=False)).open == ()
    offering = Offering(blind, story, DESK.schema, NO_SOURCES._replace(programs=("rules",)))
    assert offering.open == ()
    assert "blind" in offering.refusals[0].reason
    with pytest.raises(UsageMistake, match="blind"):
        Offering(blind, story, DESK.schema, NO_SOURCES._replace(authors=("B",)))
    with pytest.raises(UsageMistake, match="blind"):
        check_sources(blind, NO_SOURCES._replace(authors=("B",)))


def test_sources_that_do_not_exist(batch: Batch) -> None:
    """All are told at once."""
    with pytest.raises(UsageMistake) as caught:
        check_sources(batch, Sources(programs=("rulse",), authors=("Z",)))
    assert "'rulse'" in str(caught.value)
    assert "'Z'" in str(caught.value)
    check_sources(batch, Sources())


def test_a_relation_is_suggested_once_its_ends_are_there(batch: Batch, story: Document) -> None:
    """Seen from either end."""
    native.write(batch.prediction_file("rules", "d00"), SAID)
    offering = Offering(batch, story, DESK.schema, Sources(strings=False, values=False))
    draft = Draft.empty()
    assert list(offering.links_of("E1")) == []
    delta = edits.add(draft, [ORG, LOC], [], []).delta
    offering.follow(delta)
    assert list(offering.links_of("E1")) == [SuggestedLink("E2", Link("ASSISTS", forward=True))]
    assert list(offering.links_of("E2")) == [SuggestedLink("E1", Link("ASSISTS", forward=False))]
    offering.follow(delta.inverse)
    assert texts(offering) == ["永州市政协", "沙尔乡"]
    assert [one.item.text for one in offering.at(ORG.start)] == ["永州市政协"]
    assert offering.meeting(0, ORG.start) == ()


def test_in_a_long_document_strings_wait_until_nobody_types(
    batch: Batch, story: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the overlay knows already follows every key all the same."""
    monkeypatch.setattr("workbench.annotation.offering.AT_ONCE", 0)
    offering = Offering(batch, story, DESK.schema, STRINGS)
    assert offering.refresh()
    draft = Draft.empty()
    offering.follow(edits.add(draft, [ORG], [], []).delta)
    assert texts(offering) == []
    assert offering.refresh()
    assert texts(offering) == ["永州市政协"] * 2
    assert not offering.refresh()


@settings(max_examples=40)
@given(courses)
def test_following_is_starting_again(course: list[Choice]) -> None:
    """Change by change the same is open as beside the whole draft at once."""
    batch = Batch(Path("nowhere"), "pilot", "cppcc_poverty", blind=True)
    document = Document(doc_id="d00", text=TEXT)
    earlier = Annotation(doc_id="d01", entities=(Entity(id="x", type="ORG", fragments=((0, 2),), text="政协"),))
    sources = Sources(programs=())
    offering = Offering(batch, document, DESK.schema, sources, [earlier])
    work = Work()
    for choice in course:
        before = work
        work, _ = worked([choice], work)
        _follow(offering, before, work)
        open_ones = [one for one in offering.open if one.key not in work.draft.rejected]
        if open_ones and choice[1] % 3 == 0:
            before = work
            one = open_ones[choice[2] % len(open_ones)]
            work = replace(work, draft=work.draft.apply(edits.reject(work.draft, {one.key: one.sources}).delta))
            _follow(offering, before, work)
    fresh = Offering(batch, document, DESK.schema, sources, [earlier])
    fresh.reset(work.draft)
    assert {one.key for one in offering.open} == {one.key for one in fresh.open}
    offering.reset(work.draft)
    assert offering.open == fresh.open


def _follow(offering: Offering, before: Work, after: Work) -> None:
    parts = after.draft.parts
    offering.follow(
        Delta(
            Swap(part, key, before.draft.parts[part].get(key), table.get(key))
            for part, table in parts.items()
            for key in dict.fromkeys((*before.draft.parts[part], *table))
            if before.draft.parts[part].get(key) != table.get(key)
        )
    )
