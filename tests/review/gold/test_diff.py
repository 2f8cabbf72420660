"""Comparing releases: a correction as a temporary second release, and the laws of the comparison."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.review.gold.projects import LATER, TEXTS, answer, decide, passed, released, settled, span_of, unit
from tests.scoring.documents import document as annotated
from workbench.core.errors import FaultyData
from workbench.core.files import write_text
from workbench.core.records import Annotation, Document, Meta, Zone, text_hash
from workbench.core.text import Edit
from workbench.corpus.documents import dump_document
from workbench.corpus.releases import Release
from workbench.corpus.tasks import Batch
from workbench.formats import native
from workbench.review.gold.changes import Change, changes_of
from workbench.review.gold.diff import compare_releases, to_json
from workbench.review.gold.pairing import Side

SYMMETRIC = frozenset({"COOPERATES_WITH"})
TEXT = TEXTS["r1"]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    """A project with release 0.1.0; tests work on copies."""
    batch = settled(tmp_path_factory.mktemp("first"))
    released(batch)
    return batch


@pytest.fixture
def batch(first: Batch, tmp_path: Path) -> Batch:
    """A project of its own, with release 0.1.0."""
    return Batch.at(Path(shutil.copytree(first.root, tmp_path / "project")) / "tasks" / "small")


def release_of(batch: Batch, version: str = "0.1.0") -> Release:
    return Release(batch.root / "gold" / version)


def told(changes: Sequence[Change]) -> list[str]:
    """Kind, how, owner and name, old and new of every change."""
    return [
        f"{one.how} {one.kind} {one.owner}{f'.{one.name}' if one.name else ''}: {one.old} → {one.new}"
        for one in changes
    ]


def side(annotation: Annotation, document: Document | None = None) -> Side:
    return Side(
        document or Document(doc_id=annotation.doc_id, text=TEXTS[annotation.doc_id], raw_sha256="0" * 64), annotation
    )


def compared(old: Annotation, new: Annotation) -> list[str]:
    return told(changes_of(side(old), side(new), SYMMETRIC))


def test_a_correction(batch: Batch) -> None:
    """B's longer boundary after all: entity, links and roles follow; the decision stands beside, and replaces A's."""
    decide(
        batch,
        {"unit": unit(batch, "boundary", "２组"), "choice": "accept", "accept": "B", "rule": "D7", "reason": "whole"},
        time=LATER,
    )
    answer(batch, time=LATER)
    released(batch, "0.1.1")
    found = compare_releases(release_of(batch), release_of(batch, "0.1.1"))
    assert told(found.changes) == ["changed entity GROUP: GROUP 贫困户 [14:17] → GROUP 贫困户（２组） [14:21]"]
    assert [(one.doc_id, one.decision.reason, one.decision.rule) for one in found.decisions] == [("r1", "whole", "D7")]
    assert found.because == ((found.decisions[0].decision.id,),)
    assert found.by_type["entities"]["GROUP"] == (2, 2, 0, 0, 1)
    assert found.by_type["frames"]["ASSIST"] == (1, 1, 0, 0, 0)
    assert (found.dropped, found.schema.old == found.schema.new, found.schema.guidelines_changed) == ((), True, False)
    assert to_json(found)["changes"][0] == {
        "doc_id": "r1",
        "kind": "entity",
        "change": "changed",
        "type": "GROUP",
        "name": None,
        "spans": [[14, 21]],
        "old": "GROUP 贫困户 [14:17]",
        "new": "GROUP 贫困户（２组） [14:21]",
        "decisions": [found.decisions[0].decision.id],
    }


def test_what_falls_with_an_entity(batch: Batch) -> None:
    """The township goes: its link and its role go with it, all because of one decision."""
    decide(batch, {"unit": unit(batch, "entity", "姚家乡"), "choice": "reject"}, time=LATER)
    answer(batch, time=LATER)
    released(batch, "0.1.1")
    found = compare_releases(release_of(batch), release_of(batch, "0.1.1"))
    assert sorted(told(found.changes)) == [
        "removed argument ASSIST.place: LOC 姚家乡 [11:14] → None",
        "removed entity LOC: LOC 姚家乡 [11:14] → None",
        "removed relation PART_OF: LOC 姚家乡 [11:14] → LOC 剑阁县 [7:10] → None",
    ]
    assert set(found.because) == {(found.decisions[0].decision.id,)}
    assert found.by_type["entities"]["LOC"] == (5, 4, 0, 1, 0)
    assert found.by_type["frames"]["ASSIST"] == (1, 1, 0, 0, 1)
    assert [one.doc_id for one in found.answers] == ["r1"] * len(found.answers)


def test_a_release_and_itself(batch: Batch) -> None:
    """Nothing is different."""
    found = compare_releases(release_of(batch), release_of(batch))
    assert (found.changes, found.decisions, found.answers, found.documents_added) == ((), (), (), ())
    assert all(row.old == row.new for rows in found.by_type.values() for row in rows.values())


def test_documents_and_schemas_that_differ(batch: Batch) -> None:
    """A report less, a report more, other guidelines, another schema: said, and compared no further."""
    other = Release(Path(shutil.copytree(release_of(batch).folder, batch.root / "gold" / "0.2.0")))
    for file in (other.annotation_file("r2"), other.decisions_file("r2"), *other.documents_folder.glob("r2.*")):
        file.unlink()
    other.guidelines_file.write_text("others\n", encoding="utf-8")
    schema = other.schema_file.read_text(encoding="utf-8")
    other.schema_file.write_text(schema.replace("version: 0.2.0", "version: 0.3.0", 1), encoding="utf-8")
    found = compare_releases(release_of(batch), other)
    assert (found.documents_removed, found.documents_added, found.changes) == (("r2",), (), ())
    assert (found.schema.new.version, found.schema.guidelines_changed, found.schema.added) == ("0.3.0", True, ())
    back = compare_releases(other, release_of(batch))
    assert (back.documents_removed, back.documents_added) == ((), ("r2",))


def test_a_broken_release_is_not_compared(batch: Batch) -> None:
    """What does not hold together has no differences."""
    release = release_of(batch)
    file = release.annotation_file("r1")
    file.write_text(file.read_text(encoding="utf-8").replace('"head": "', '"head": "x', 1), encoding="utf-8")
    with pytest.raises(FaultyData, match="there is no entity"):
        compare_releases(release, release)


ORG: Any = ("四川省政协", "ORG", {"attributes": {"level": "province"}, "cluster": "a"})
GROUP: Any = ("贫困户", "GROUP", {"cluster": "a"})
MONEY: Any = ("210万元", "MONEY", {"value": {"kind": "money", "value": 2100000}})
FRAME = ("ASSIST", "捐赠", {"helper": "四川省政协", "amount": "210万元"})


def one(*entities: Any, **more: Any) -> Annotation:
    return passed("r1", entities, "gold", **more)


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        (one(ORG), one((*ORG[:2], {})), ["removed attribute ORG.level: province → None"]),
        (
            one(ORG),
            one((*ORG[:2], {"attributes": {"level": "county", "mention": "NAM"}})),
            ["changed attribute ORG.level: province → county", "added attribute ORG.mention: None → NAM"],
        ),
        (
            one(ORG),
            one(("四川省政协", "GROUP", ORG[2])),
            ["changed entity GROUP: ORG 四川省政协 [0:5] → GROUP 四川省政协 [0:5]"],
        ),
        (
            one(ORG),
            one(("四川省", "LOC", {})),
            ["removed entity ORG: ORG 四川省政协 [0:5] → None", "added entity LOC: None → LOC 四川省 [0:3]"],
        ),
        (
            one(MONEY),
            one((*MONEY[:2], {"value": {"kind": "money", "min": 2100000, "mod": "MORE_THAN"}})),
            [
                "changed value MONEY: value=2100000 mod=EXACT kind=money unit=CNY → "
                "min=2100000 mod=MORE_THAN kind=money unit=CNY"
            ],
        ),
        (
            one(ORG, GROUP),
            one(ORG, (*GROUP[:2], {})),
            ["removed cluster ORG: 2 mentions, with ORG 四川省政协 [0:5], GROUP 贫困户 [14:17] → None"],
        ),
        (
            one(ORG, GROUP),
            one(ORG, GROUP, (*MONEY[:2], {**MONEY[2], "cluster": "a"})),
            [
                "changed cluster ORG: 2 mentions → 3 mentions, with MONEY 210万元 [23:28]",
                "added entity MONEY: None → MONEY 210万元 [23:28]",
            ],
        ),
        (
            one(ORG, GROUP, relations=[("ASSISTS", "四川省政协", "贫困户")]),
            one(ORG, GROUP, relations=[("MEMBER_OF", "贫困户", "四川省政协")]),
            [
                "changed relation MEMBER_OF: ORG 四川省政协 [0:5] → GROUP 贫困户 [14:17] → GROUP 贫困户 [14:17] → "
                "ORG 四川省政协 [0:5]"
            ],
        ),
        (
            one(ORG, GROUP, relations=[("COOPERATES_WITH", "四川省政协", "贫困户")]),
            one(ORG, GROUP, relations=[("COOPERATES_WITH", "贫困户", "四川省政协")]),
            [],
        ),
        (
            one(ORG, MONEY, frames=[FRAME]),
            one(ORG, MONEY, frames=[("ASSIST", "捐赠", {"organiser": "四川省政协", "amount": "210万元"})]),
            [
                "removed argument ASSIST.helper: ORG 四川省政协 [0:5] → None",
                "added argument ASSIST.organiser: None → ORG 四川省政协 [0:5]",
            ],
        ),
        (
            one(ORG, MONEY, frames=[FRAME]),
            one(ORG, MONEY, frames=[("ADVISE", "捐赠", {})]),
            [
                "changed frame ADVISE: ASSIST 捐赠 [21:23] → ADVISE 捐赠 [21:23]",
                "removed argument ADVISE.helper: ORG 四川省政协 [0:5] → None",
                "removed argument ADVISE.amount: MONEY 210万元 [23:28] → None",
            ],
        ),
        (
            one(ORG, MONEY),
            one(ORG, MONEY, frames=[FRAME]),
            [
                "added frame ASSIST: None → ASSIST 捐赠 [21:23]; "
                "helper: ORG 四川省政协 [0:5]; amount: MONEY 210万元 [23:28]"
            ],
        ),
    ],
)  # fmt: skip
def test_each_kind_of_change(old: Annotation, new: Annotation, changes: list[str]) -> None:
    """One difference each, as the table of changes tells it."""
    assert sorted(compared(old, new)) == sorted(changes)


def test_frames_without_a_trigger() -> None:
    """They are the same when type and arguments are; ids say nothing."""

    def made(role: str, name: str) -> Annotation:
        found = annotated([(0, 5, "ORG")], (), [("ASSIST", None, [(role, 0)])], doc_id="r1").annotation
        return found.model_copy(update={"frames": tuple(one.model_copy(update={"id": name}) for one in found.frames)})

    assert compared(made("helper", "E1"), made("helper", "E9")) == []
    assert [line.split(";")[0] for line in compared(made("helper", "E1"), made("organiser", "E1"))] == [
        "added frame ASSIST: None → ASSIST",
        "removed frame ASSIST: ASSIST",
    ]


def test_a_report_that_was_cleaned_anew() -> None:
    """Two blanks are deleted now: everything moves by two, nothing else is different, and the footer's zone is gone."""
    raw = "  " + TEXT
    zone = Zone(kind="footer", start=31, end=40)
    before = Document(doc_id="r1", text=raw, raw_sha256=text_hash(raw), zones=(zone,), meta=Meta(date="2020-06-02"))
    after = Document(doc_id="r1", text=TEXT, raw_sha256=text_hash(raw), edits=(Edit(0, "  ", "", "space"),))
    new = one(ORG, MONEY, frames=[FRAME])
    start, end = span_of("r1", "捐赠")
    old = annotated(
        [
            (2, 7, "ORG", {"attributes": ORG[2]["attributes"], "cluster": "a"}),
            (25, 30, "MONEY", {"value": MONEY[2]["value"]}),
        ],
        (),
        [("ASSIST", (start + 2, end + 2), [("helper", 0), ("amount", 1)])],
        doc_id="r1",
        finished_layers=("mention",),
    ).annotation
    found = told(changes_of(side(old, before), side(new, after), SYMMETRIC))
    assert [line.split(":")[0] for line in found] == [
        "changed text ",
        "removed meta .date",
        *(f"added layer {layer}" for layer in ("frames", "relations", "statement", "value")),
        "removed zone footer",
    ]


def test_another_report_under_the_same_id() -> None:
    """Positions of one report say nothing of another: what was there is gone, what is there is new."""
    before = Document(doc_id="r1", text=TEXT, raw_sha256="1" * 64)
    after = Document(doc_id="r1", text="另" + TEXT, raw_sha256="2" * 64)
    found = told(changes_of(Side(before, one(ORG)), Side(after, one(ORG)), SYMMETRIC))
    assert [line.split(":")[0] for line in found] == ["changed text ", "added entity ORG", "removed entity ORG"]


STRINGS = ("四川省政协", "四川省", "剑阁县", "姚家乡", "贫困户", "贫困户（２组）", "210万元")


@st.composite
def annotations(draw: st.DrawFn) -> Annotation:
    """An annotation of r1: some strings with types and clusters, links and frames between them."""
    strings = draw(st.lists(st.sampled_from(STRINGS), unique=True))
    kinds = st.sampled_from(("ORG", "LOC", "GROUP"))
    entities = [(string, draw(kinds), {"cluster": draw(st.sampled_from("ab"))}) for string in strings]
    pairs = [(head, tail) for head in strings for tail in strings if head != tail]
    links = (
        draw(st.lists(st.tuples(st.sampled_from(("PART_OF", "COOPERATES_WITH")), st.sampled_from(pairs))))
        if pairs
        else []
    )
    roles = st.dictionaries(st.sampled_from(("helper", "place")), st.sampled_from(strings)) if strings else st.just({})
    triggers = draw(st.lists(st.sampled_from(("捐赠", "政协网")), unique=True))
    frames = [(draw(st.sampled_from(("ASSIST", "VISIT"))), trigger, draw(roles)) for trigger in triggers]
    unique = {(kind, *(sorted(ends) if kind in SYMMETRIC else ends)): (kind, *ends) for kind, ends in links}
    return passed("r1", entities, "gold", list(unique.values()), frames)


@given(annotations())
def test_nothing_differs_from_itself(annotation: Annotation) -> None:
    """Also when every id is another."""
    entities = tuple(entity.model_copy(update={"id": f"x{entity.id}"}) for entity in annotation.entities)
    relations = tuple(
        relation.model_copy(update={"id": f"x{relation.id}", "head": f"x{relation.head}", "tail": f"x{relation.tail}"})
        for relation in annotation.relations
    )
    frames = tuple(
        frame.model_copy(
            update={
                "id": f"x{frame.id}",
                "arguments": tuple(one.model_copy(update={"entity": f"x{one.entity}"}) for one in frame.arguments),
            }
        )
        for frame in annotation.frames
    )
    renamed = annotation.model_copy(update={"entities": entities, "relations": relations, "frames": frames})
    assert compared(annotation, renamed) == []


@given(annotations(), annotations())
def test_numbers_of_items_follow_from_what_came_and_went(old: Annotation, new: Annotation) -> None:
    """New minus old is added minus removed, for entities, relations and frames; the way back undoes the way there."""
    there, back = (changes_of(side(left), side(right), SYMMETRIC) for left, right in ((old, new), (new, old)))
    for kind, name in (("entity", "entities"), ("relation", "relations"), ("frame", "frames")):
        came, went = (sum(one.kind == kind and one.how == how for one in there) for how in ("added", "removed"))
        assert came - went == len(getattr(new, name)) - len(getattr(old, name))
        undone = (sum(one.kind == kind and one.how == how for one in back) for how in ("removed", "added"))
        assert (came, went) == tuple(undone)
    assert [one.how for one in there if one.kind == "cluster"].count("changed") == [
        one.how for one in back if one.kind == "cluster"
    ].count("changed")


def test_a_release_with_a_moved_text_on_disk(batch: Batch) -> None:
    """The second release has cleaned a no-break space away; documents are read from disk with their edits."""
    other = Release(Path(shutil.copytree(release_of(batch).folder, batch.root / "gold" / "0.2.0")))
    document = other.document("r1")
    text = document.text.replace("\u00a0", "", 1)
    place = document.text.index("\u00a0")
    cleaned = document.model_copy(
        update={"text": text, "edits": (Edit(place, "\u00a0", "", "space"),), "zones": (), "sentences": ()}
    )
    files = dump_document(cleaned)
    write_text(other.documents_folder / "r1.txt", files.text)
    write_text(other.documents_folder / "r1.json", files.record)
    annotation = native.read(other.annotation_file("r1")).annotation

    def moved(fragments: Any) -> Any:
        return tuple(type(span)(*(bound - (bound > place) for bound in span)) for span in fragments)

    entities = tuple(one.model_copy(update={"fragments": moved(one.fragments)}) for one in annotation.entities)
    frames = tuple(
        one.model_copy(update={"trigger": one.trigger.model_copy(update={"fragments": moved(one.trigger.fragments)})})
        for one in annotation.frames
        if one.trigger
    )
    content = {"entities": entities, "frames": frames, "text_sha256": text_hash(text)}
    native.write(other.annotation_file("r1"), annotation.model_copy(update=content))
    found = compare_releases(release_of(batch), other)
    assert [(change.kind, change.how) for change in found.changes] == [("text", "changed"), ("zone", "removed")]
