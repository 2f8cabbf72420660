"""There and back: the pilot goes to Label Studio, a person edits it in the real editor, and it comes home."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.annotation.label_studio.editing import Editor
from tests.annotation.label_studio.hostile import DOCUMENT, at
from tests.annotation.label_studio.projects import Site, make_site, write_annotation
from tests.annotation.label_studio.serving import LabelStudio
from tests.conftest import ROOT
from tests.scoring.browser import browsing
from workbench.annotation.label_studio.comparing import Standing
from workbench.annotation.label_studio.memory import memory_folder
from workbench.core.records import Annotation, Document, text_hash
from workbench.corpus.documents import document_files, dump_document
from workbench.corpus.tasks import Batch, dump_settings
from workbench.formats import native

PILOT = ROOT / "tasks" / "pilot"


@pytest.fixture
def editor(label_studio: LabelStudio, tmp_path: Path) -> Iterator[Editor]:
    with browsing(tmp_path / "browser") as browser:
        browser.window(1500, 1000)
        opened = Editor(browser, label_studio.url)
        opened.log_in(label_studio.username, label_studio.password)
        yield opened


@pytest.fixture
def pilot(label_studio: LabelStudio, tmp_path: Path) -> Site:
    """The pilot batch with both passes, under another name, pushed with A's pass and the rules' suggestions."""
    batch = Batch(tmp_path, f"pilot-{secrets.token_hex(6)}", "cppcc_poverty")
    for part in ("documents", "annotations", "predictions"):
        shutil.copytree(PILOT / part, batch.folder / part)
    (batch.folder / "batch.toml").write_text(dump_settings(batch), encoding="utf-8")
    site = Site(batch, label_studio, label_studio.url)
    site.push("A", suggest="rules")
    return site


def task_of(site: Site, doc_id: str) -> int:
    return next(int(task["id"]) for task in site.tasks() if task["data"]["doc_id"] == doc_id)


def test_the_pilot_comes_home_as_the_same_bytes(pilot: Site) -> None:
    shutil.rmtree(pilot.batch.annotations_folder / "A")
    shutil.rmtree(memory_folder(pilot.batch))
    pulled = pilot.pull()
    assert (pulled.standings, pulled.faults) == ({Standing.NEW: 5}, ())
    for file in sorted((PILOT / "annotations" / "A").iterdir()):
        assert (pilot.batch.annotations_folder / "A" / file.name).read_bytes() == file.read_bytes()
    assert [file.read_bytes() for file in sorted((PILOT / "annotations" / "B").iterdir())] == [
        file.read_bytes() for file in sorted((pilot.batch.annotations_folder / "B").iterdir())
    ]


def test_what_a_person_does_in_the_editor_is_all_that_changes(pilot: Site, editor: Editor) -> None:
    doc_id = min(pilot.batch.document_ids(), key=lambda one: len(pilot.batch.document(one).text))
    before = native.read(pilot.file("A", doc_id)).annotation
    text = pilot.batch.document(doc_id).text
    free = text.index("。") + 1
    editor.open(pilot.project()["id"], task_of(pilot, doc_id))
    drawn = editor.label("w", free, free + 2)
    head, tail = before.entities[0].id, before.entities[1].id
    editor.relate(head, tail, "CONCERNS")
    editor.update()
    assert editor.errors() == []
    pulled = pilot.pull()
    assert pulled.standings == {Standing.NEWER_THERE: 1, Standing.SAME: 4}
    after = native.read(pilot.file("A", doc_id)).annotation
    assert drawn in {one.id for one in after.entities}
    link = ("CONCERNS", head, tail)
    assert link in {(one.type, one.head, one.tail) for one in after.relations}
    back = after.model_copy(
        update={
            "entities": tuple(one for one in after.entities if one.id != drawn),
            "relations": tuple(one for one in after.relations if (one.type, one.head, one.tail) != link),
        }
    )
    assert native.dump(without_origins(back)) == native.dump(before)
    assert pilot.pull().standings == {Standing.SAME: 5}
    assert pilot.sent("A") == {}


def without_origins(annotation: Annotation) -> Annotation:
    """An annotation without what the editor says of where regions come from."""
    return annotation.model_copy(
        update={
            part: tuple(
                one.model_copy(
                    update={"extra": {key: said for key, said in one.extra.items() if key != "label_studio"}}
                )
                for one in getattr(annotation, part)
            )
            for part in ("entities", "frames")
        }
    )


def test_characters_that_break_tools_come_home(label_studio: LabelStudio, tmp_path: Path, editor: Editor) -> None:
    """Astral characters, emoji, CRLF, tabs, NBSP, markup; nested, crossing and discontinuous spans; zones."""
    site = make_site(tmp_path, label_studio, 0)
    document = Document(
        doc_id="d1", text=str(DOCUMENT.text), zones=DOCUMENT.zones, raw_sha256=text_hash(str(DOCUMENT.text))
    )
    files = zip(document_files(site.batch.documents_folder, "d1"), dump_document(document), strict=True)
    for path, content in files:
        path.write_text(content, encoding="utf-8", newline="")
    annotation = DOCUMENT.annotation.model_copy(update={"doc_id": "d1", "author": "A"})
    write_annotation(site.batch, annotation)
    site.push("A")
    before = native.read(site.file("A", "d1")).annotation
    editor.open(site.project()["id"], task_of(site, "d1"))
    drawn = editor.label("w", *at("办公室"))
    editor.update()
    site.pull()
    after = native.read(site.file("A", "d1")).annotation
    rest = after.model_copy(update={"entities": tuple(one for one in after.entities if one.id != drawn)})
    assert without_words(without_origins(rest)) == without_words(without_origins(before))


def without_words(annotation: Annotation) -> str:
    """An annotation's file without the words of its items, which pulling adds where a file has none."""
    said = re.sub(r'\n *"text": .*', "", native.dump(annotation))
    return re.sub(r",(?=\n *[}\]])", "", said)
