"""Another annotator's work on the same document beside one's own, as rows of differences in the order of the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from workbench.annotation.drafts.edits import EditRefused
from workbench.annotation.publishing import read_published
from workbench.core.records import Annotation, Entity, Frame, Relation
from workbench.core.text import Fragments
from workbench.tui.editor.cursor import Cursor
from workbench.tui.editor.editor import Editor
from workbench.tui.editor.prompts import Listing, Row, doing


class Difference(NamedTuple):
    """Something that only one of the two has, or that they have differently; `fragments` is where to look."""

    fragments: Fragments
    sign: str
    text: str


def compare(editor: Editor) -> None:
    """Show another annotator's published work beside one's own; of several people one is chosen first.

    Raises:
        EditRefused: the batch is blind, or nobody else has published this document.
    """
    session = editor.session
    batch, me = session.place.batch, session.place.actor.name
    if batch.blind:
        raise EditRefused("盲标批次:看不到他人的标注", "the batch is blind: nobody sees other people's work")
    doc_id = session.document.doc_id
    others = [name for name in batch.authors() if name != me and batch.annotation_file(name, doc_id).is_file()]
    if not others:
        raise EditRefused("还没有别人发布过此篇", "nobody else has published this document")
    if len(others) == 1:
        _show(editor, others[0])
        return
    rows = [Row(name, choose=doing(_show, editor, name)) for name in others]
    editor.ask(Listing("与谁比较 · compare with", rows))


def _show(editor: Editor, author: str) -> None:
    session = editor.session
    path = session.place.batch.annotation_file(author, session.document.doc_id)
    theirs = read_published(path, session.document, session.schema).annotation
    found = differences(session.draft.annotation(session.document.doc_id), theirs)
    if not found:
        editor.ask(None)
        editor.say(f"与 {author} 完全一致", f"the same as {author}'s")
        return
    rows = [Row(one.text, choose=doing(_visit, editor, one.fragments), mark=one.sign) for one in found]
    editor.ask(Listing(f"与 {author} 的 {len(rows)} 处不同:- 只有我,+ 只有他,≠ 不同 · differences", rows, "table"))


def _visit(editor: Editor, fragments: Fragments) -> None:
    editor.ask(None)
    editor.go(Cursor(fragments[0].start))
    editor.page.show(fragments[0].start, whole=True)


def differences(mine: Annotation, theirs: Annotation) -> list[Difference]:
    """What two annotations of one document do not have in common, in the order of the text."""
    found = [*_entities(mine, theirs), *_relations(mine, theirs), *_frames(mine, theirs)]
    return sorted(found, key=lambda one: (one.fragments[0].start, one.sign))


def _entities(mine: Annotation, theirs: Annotation) -> Iterator[Difference]:
    own = {(one.type, one.fragments): one for one in mine.entities}
    other = {(one.type, one.fragments): one for one in theirs.entities}
    left = {key: one for key, one in own.items() if key not in other}
    right = {key: one for key, one in other.items() if key not in own}
    for entity in left.values():
        twin = _like(entity, right)
        if twin is None:
            yield Difference(entity.fragments, "-", f"{entity.type} {entity.text}")
        else:
            del right[twin.type, twin.fragments]
            what = "类型" if twin.fragments == entity.fragments else "边界"
            yield Difference(entity.fragments, "≠", f"{what} {entity.type} {entity.text} / {twin.type} {twin.text}")
    for entity in right.values():
        yield Difference(entity.fragments, "+", f"{entity.type} {entity.text}")


def _like(entity: Entity, others: Mapping[tuple[str, Fragments], Entity]) -> Entity | None:
    """The other's entity that is probably meant as the same: same place, else same type and overlapping."""
    for other in others.values():
        if other.fragments == entity.fragments:
            return other
    for other in others.values():
        if other.type == entity.type and other.start < entity.end and entity.start < other.end:
            return other
    return None


def _relations(mine: Annotation, theirs: Annotation) -> Iterator[Difference]:
    own, other = _linked(mine), _linked(theirs)
    for key in own.keys() - other.keys():
        yield Difference(key[1], "-", own[key])
    for key in other.keys() - own.keys():
        yield Difference(key[1], "+", other[key])


def _linked(annotation: Annotation) -> dict[tuple[str, Fragments, Fragments], str]:
    ends = annotation.entity_by_id
    return {
        (one.type, ends[one.head].fragments, ends[one.tail].fragments): _said(one, ends) for one in annotation.relations
    }


def _said(one: Relation, ends: Mapping[str, Entity]) -> str:
    return f"{one.type} {ends[one.head].text} → {ends[one.tail].text}"


def _frames(mine: Annotation, theirs: Annotation) -> Iterator[Difference]:
    own, other = _deeds(mine), _deeds(theirs)
    for key in own.keys() | other.keys():
        kind, fragments = key
        if key not in other:
            yield Difference(fragments, "-", f"{kind} {_trigger(own[key])}")
        elif key not in own:
            yield Difference(fragments, "+", f"{kind} {_trigger(other[key])}")
        else:
            yield from _roles(own[key], other[key], mine, theirs)


def _deeds(annotation: Annotation) -> dict[tuple[str, Fragments], Frame]:
    return {(one.type, one.trigger.fragments): one for one in annotation.frames if one.trigger is not None}


def _trigger(frame: Frame) -> str:
    return (frame.trigger.text or "") if frame.trigger else ""


def _roles(mine: Frame, theirs: Frame, own: Annotation, other: Annotation) -> Iterator[Difference]:
    fragments = mine.trigger.fragments if mine.trigger else ()
    left = {(one.role, own.entity_by_id[one.entity].fragments): own.entity_by_id[one.entity] for one in mine.arguments}
    right = {
        (one.role, other.entity_by_id[one.entity].fragments): other.entity_by_id[one.entity] for one in theirs.arguments
    }
    for key in left.keys() - right.keys():
        yield Difference(fragments, "-", f"{mine.type} {key[0]} = {left[key].text}")
    for key in right.keys() - left.keys():
        yield Difference(fragments, "+", f"{mine.type} {key[0]} = {right[key].text}")
