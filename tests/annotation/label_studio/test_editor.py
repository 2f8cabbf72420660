"""The real editor: what annotators see of a project of ours, and what becomes of what they do.

Screenshots are kept in the folder that WORKBENCH_ARTEFACTS names, else in pytest's temporary folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas import Schema
from tests.annotation.label_studio.editing import BACKSPACE, DELETE, Editor
from tests.annotation.label_studio.hostile import DOCUMENT, TEXT, TITLE, VALUES, at, hostile_schema, project_with
from tests.annotation.label_studio.serving import LabelStudio
from tests.conftest import ROOT
from tests.scoring.browser import browsing
from workbench.annotation.label_studio.zones import without_zones, zone_results
from workbench.core.records import (
    AnnotatedDocument,
    Annotation,
    Argument,
    Entity,
    Frame,
    Relation,
    Trigger,
    Zone,
    in_order,
)
from workbench.core.schema import open_schema
from workbench.core.text import Span
from workbench.corpus.reading import read_annotated
from workbench.formats.label_studio import CONTINUES, controls_of, documents_of
from workbench.formats.label_studio.controls import CLUSTER, ENTITY, FRAME

ZONES = ["zone-0-3-navigation", "zone-79-93-footer"]


@pytest.fixture(scope="module")
def schema() -> Schema:
    return open_schema()


@pytest.fixture(scope="module")
def editor(label_studio: LabelStudio, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """One browser for all tests of this module, logged in."""
    with browsing(tmp_path_factory.mktemp("browser")) as browser:
        browser.window(1500, 1000)
        opened = Editor(browser, label_studio.url)
        opened.log_in(label_studio.username, label_studio.password)
        yield opened


@pytest.fixture(scope="module")
def annotated(label_studio: LabelStudio, schema: Schema) -> tuple[int, dict[str, Any]]:
    """A project with the hostile document as an annotation: its id and its task; tests do not save in it."""
    project, [task] = project_with(label_studio, schema, DOCUMENT)
    label_studio.kept.add(project)
    return project, task


@pytest.fixture
def opened(editor: Editor, annotated: tuple[int, dict[str, Any]]) -> Editor:
    project, task = annotated
    editor.open(project, task["id"])
    return editor


def by_item(results: list[dict[str, Any]]) -> dict[tuple[str, ...], dict[str, Any]]:
    """Results by what they are of, without what the editor adds: the origin, and a region's meta on its attributes."""
    found = {}
    for result in results:
        attribute = result.get("from_name") not in (None, ENTITY, FRAME)
        lost = ("origin", "meta") if attribute else ("origin",)
        names = (result.get("id") or f"{result['from_id']} {result['to_id']}", result.get("from_name") or "relation")
        assert names not in found
        found[names] = {key: value for key, value in result.items() if key not in lost}
    return found


def picture(editor: Editor, name: str, folder: Path) -> None:
    """Keep a screenshot, and print where."""
    kept = Path(os.environ.get("WORKBENCH_ARTEFACTS", folder))
    kept.mkdir(parents=True, exist_ok=True)
    editor.browser.screenshot(kept / name)
    print(kept / name)  # noqa: T201


def test_gold_opens_as_it_is(editor: Editor, label_studio: LabelStudio, schema: Schema, tmp_path: Path) -> None:
    """Every released document, with its zones, opens without an error and would be saved as it was pushed."""
    documents = list(read_annotated(ROOT / "gold" / "0.1.0"))
    project, tasks = project_with(label_studio, schema, *documents)
    for document, task in zip(documents, tasks, strict=True):
        editor.open(project, task["id"])
        assert by_item(editor.results()) == by_item(task["annotations"][0]["result"])
        assert editor.text() == str(document.text).replace("\r", "\n")
        assert editor.errors() == []
        picture(editor, f"label-studio-{document.doc_id}.png", tmp_path)


def test_the_text_is_shown_as_it_is(opened: Editor, annotated: tuple[int, dict[str, Any]], tmp_path: Path) -> None:
    """No character is gone, no markup runs, tabs and runs of spaces have their width; the title stands above."""
    picture(opened, "label-studio-characters.png", tmp_path)
    assert opened.text() == TEXT.replace("\r", "\n")
    assert opened.browser.count(".lsf-richtext__container b") == 0
    for words in ("\t", "  ", "\u3000"):
        (left, _), (right, _) = opened.ends(*at(words))
        assert right - left >= 3
    assert TITLE in opened.browser.text("body")
    assert by_item(opened.results()) == by_item(annotated[1]["annotations"][0]["result"])
    assert opened.errors() == []


def test_labels_are_chinese_with_english_beside(opened: Editor, schema: Schema) -> None:
    """Each type has a button with both names; regions are listed by the Chinese one; results hold the id."""
    buttons = opened.browser.do("return [...document.querySelectorAll('.lsf-label')].map(one => one.innerText)")
    for item in (*schema.entities, *schema.frames):
        [button] = [words for words in buttons if words.startswith(f"{item.zh} {item.en}")]
        assert button.split()[-1] in (item.key, "shift+u")
    assert "地点与行政区划" in opened.browser.do("return document.querySelector('.lsf-outliner-tree').innerText")
    assert {one["value"]["labels"][0] for one in opened.results() if one.get("from_name") == FRAME} == {"ASSIST"}


def test_keys_choose_labels(opened: Editor, schema: Schema) -> None:
    """The key of each type chooses its label, and leaves the one before; `u` is the editor's own."""
    chosen = (
        "return ['entity', 'frame'].flatMap(one => window.Htx.annotationStore.selected.names.get(one).selectedValues())"
    )
    opened.leave()
    for item in (*schema.entities, *schema.frames):
        keys = ("\ue008", "u") if item.key == "u" else (item.key,)
        opened.browser.press_together(*keys)
        assert item.id in opened.browser.do(chosen)
        opened.browser.press_together(*keys)
        assert opened.browser.do(chosen) == []


def test_attributes_are_there_for_their_types_only(opened: Editor, schema: Schema) -> None:
    """A selected region has the controls of its type, and a cluster if the type has; a zone has none."""
    of = {item.id: item.type for item in (*DOCUMENT.annotation.entities, *DOCUMENT.annotation.frames)}
    for region in ("T1", "T2", "T3", "T5", "T6", "F1"):
        opened.choose(region)
        wanted = {control.name for control in controls_of(schema) if of[region] in control.types}
        known = schema.entity_types.get(of[region])
        assert opened.attributes_shown() == wanted | ({CLUSTER} if known and known.clustered else set())
    opened.choose(ZONES[1])
    assert opened.attributes_shown() == set()


def test_zones_take_no_changes(opened: Editor) -> None:
    """Keys of labels, deleting and relations to it do nothing to a zone; what the editor lets through is told."""
    before = opened.results()
    opened.choose(ZONES[1])
    for key in ("p", "h", BACKSPACE, DELETE):
        opened.browser.press(key)
    opened.draw_relation("T9", ZONES[1])
    assert opened.results() == before
    opened.draw_relation(ZONES[1], "T9")
    opened.choose(ZONES[1])
    opened.shorten(60)
    found = without_zones(opened.results(), zone_results(DOCUMENT.zones, TEXT, open_schema()))
    # another zone is there, the document's own is there no more, and a relation comes from it
    assert [fault.severity for fault in found.faults] == ["warning", "warning", "error"]
    assert by_item(list(found.results)) == by_item([one for one in before if one.get("from_name") != "zone"])


def test_a_suggestion_is_copied_edited_and_comes_back(
    editor: Editor, label_studio: LabelStudio, schema: Schema, tmp_path: Path
) -> None:
    """All of a prediction that nobody touches comes back; a drawn region, a relation, another label are added to it."""
    project, [task] = project_with(label_studio, schema, DOCUMENT, kind="predictions")
    editor.open(project, task["id"])
    pushed = task["predictions"][0]["result"]
    assert by_item(editor.results()) == by_item(pushed)
    drawn = editor.label("w", *at("办公室"))
    editor.relabel("T8", "g")
    editor.relate("T6", "T5", "CONCERNS")
    picture(editor, "label-studio-edited.png", tmp_path)
    editor.submit()
    assert editor.errors() == []
    editor.open(project, task["id"])
    further = editor.label("q", *at("(xié)助  剑阁县"))
    editor.update()
    [saved] = label_studio.get(f"/api/tasks/{task['id']}")["annotations"]
    found = by_item(saved["result"])
    changed = found.keys() - by_item(pushed).keys()
    assert changed == {(drawn, ENTITY), (further, ENTITY), ("T6 T5", "relation")}
    assert by_item(pushed).keys() - found.keys() == {("T8", "mention")}  # GROUP has no such attribute
    [read] = documents_of({**task, "predictions": [], "annotations": [{"result": own(saved["result"])}]})
    assert read.document is not None
    assert read.faults == ()
    expected = DOCUMENT.annotation.model_copy(
        update={
            "entities": (
                *(
                    one.model_copy(update={"type": "GROUP", "attributes": {}}) if one.id == "T8" else one
                    for one in DOCUMENT.annotation.entities
                ),
                Entity(id=drawn, type="MEASURE", fragments=(at("办公室"),)),
                Entity(id=further, type="QUANT", fragments=(at("(xié)助  剑阁县"),)),
            ),
            "relations": (*DOCUMENT.annotation.relations, Relation(id="?", type="CONCERNS", head="T6", tail="T5")),
        }
    )
    assert plain(read.document.annotation) == plain(expected)


def own(results: list[dict[str, Any]]) -> list[Any]:
    found = without_zones(results, zone_results(DOCUMENT.zones, TEXT, open_schema()))
    assert found.faults == ()
    return list(found.results)


def plain(annotation: Any) -> Any:
    """Items without words, origins, and the ids of relations, which are given anew where Label Studio made them."""
    said = in_order(annotation).model_dump(mode="json", include={"entities", "relations", "frames"})
    for item in (*said["entities"], *(frame["trigger"] for frame in said["frames"])):
        item.pop("text")
    for item in (*said["entities"], *said["frames"]):
        item["extra"].pop("label_studio", None)
    for relation in said["relations"]:
        relation.pop("id")
    return said


def test_suggestions_are_copied_when_tasks_come_one_after_the_other(
    editor: Editor, label_studio: LabelStudio, schema: Schema
) -> None:
    """Labelling all tasks begins with the prediction if the project shows them, else with nothing, not even zones."""
    project, [task] = project_with(label_studio, schema, DOCUMENT, kind="predictions")
    for shows, number in ((True, len(task["predictions"][0]["result"])), (False, 0)):
        label_studio.patch(f"/api/projects/{project}", {"show_collab_predictions": shows, "model_version": "甲"})
        assert editor.open_next(project) == task["id"]
        assert len(editor.results()) == number


def test_names_that_look_like_something_else(editor: Editor, label_studio: LabelStudio, schema: Schema) -> None:
    """Markup, quotes, variables, truth values and names of other types are shown as they are and change no result."""
    hostile = hostile_schema(schema)
    entities = tuple(
        Entity(id=f"v{number}", type="ORG", fragments=(Span(4 + number, 5 + number),), attributes={"true": value})
        for number, value in enumerate(VALUES)
    )
    more = Entity(id="m", type="ORG", fragments=(Span(20, 22),), attributes={"zone": "true", "text": "<b>$text"})
    person = Entity(id="p", type="PER", fragments=(Span(22, 23),))
    frame = Frame(
        id="f",
        type="ASSIST",
        trigger=Trigger(fragments=(Span(24, 25),)),
        arguments=(Argument(role="true", entity="p"),),
    )
    annotation = Annotation(doc_id="h", entities=(*entities, more, person), frames=(frame,))
    document = AnnotatedDocument("h", annotation, TEXT, (Zone(kind="true", start=79, end=93),))
    project, [task] = project_with(label_studio, hostile, document)
    editor.open(project, task["id"])
    assert by_item(editor.results()) == by_item(task["annotations"][0]["result"])
    for entity in entities:
        editor.choose(entity.id)
        chosen = editor.browser.do("return window.Htx.annotationStore.selected.names.get('true-').selectedValues()")
        assert chosen == [entity.attributes["true"]]
    shown = editor.browser.text("body")
    for words in ('人<b>&"𠮷"</b>', "＄text", "DOC (ROLE)", '<script>alert("x")</script> ＄text', "{{x}} ＄title"):
        assert words in shown
    assert editor.errors() == []


def test_relations_can_have_every_label(opened: Editor) -> None:
    """The reserved label that joins fragments is offered like the others."""
    offered = opened.browser.do(
        "return window.Htx.annotationStore.selected.relationStore.control.children.map(one => one.value)"
    )
    assert {CONTINUES, "PART_OF", "helper"} <= set(offered)
