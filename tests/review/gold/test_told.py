"""What a release tells: its datasheet for people, its Croissant metadata for programs."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path
from typing import Any

import pytest

from tests.review.adjudication.cases import SCHEMA
from tests.review.gold.projects import ABOUT, R1, TEXTS, answer, passed, project, released, settled
from workbench.corpus.releases import Release
from workbench.formats import native
from workbench.review.gold.croissant import croissant
from workbench.review.gold.datasheet import TEMPLATES, datasheet
from workbench.review.gold.manifest import FORMAT, Manifest, read_manifest
from workbench.review.gold.release import draft_release


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of the small project; no test changes it."""
    return released(settled(tmp_path_factory.mktemp("made")))


@pytest.fixture(scope="module")
def manifest(made: Release) -> Manifest:
    return read_manifest(made.manifest_file)


def sheet(manifest: Manifest, **changes: Any) -> str:
    return datasheet(Manifest.model_validate({**manifest.model_dump(), **changes}), SCHEMA)


def row(text: str, name: str) -> list[str]:
    """The cells of the first row of a table with this name."""
    line = next(line for line in text.splitlines() if line.startswith(f"| {name} |"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_figures_of_the_datasheet(made: Release, manifest: Manifest) -> None:
    """They are the manifest's: 5 LOC in 2 reports, 42 units, F1 20/23 = 86.96 %."""
    text = made.datasheet_file.read_text(encoding="utf-8")
    assert row(text, "LOC") == ["LOC", "地点与行政区划", "5", "2"]
    assert row(text, "r1") == ["r1", "?", "2020-06-02", "A, B", "39", "6", "1", "1"]
    assert row(text, "all") == ["all", "36", "1", "5", "0", "42"]
    assert row(text, "entities, F1, span and type")[1].startswith("86.96")
    assert "16 annotations: mention 9, value 3, relations 2, frames 2." in text
    counts = manifest.counts.model_dump()
    changed = sheet(manifest, counts={**counts, "entities": {**counts["entities"], "LOC": 77}})
    assert row(changed, "LOC") == ["LOC", "地点与行政区划", "77", "2"]


def test_every_pair_has_its_tables(made: Release) -> None:
    """Before adjudication the annotators, after it gold with each of them; by layer too."""
    text = made.datasheet_file.read_text(encoding="utf-8")
    heads = [line for line in text.splitlines() if line.startswith(("| % |", "| strict F1, % |"))]
    before, after = "| A – B |", "| gold – A | gold – B |"
    assert heads == [f"| % {before}", f"| strict F1, % {before}", f"| % {after}", f"| strict F1, % {after}"]


def test_what_a_datasheet_must_say(made: Release) -> None:
    """The questions of Gebru et al., what the set must not be used for, private persons, rights, maintenance."""
    text = made.datasheet_file.read_text(encoding="utf-8")
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert headings == [
        "Why it was made",
        "What it consists of",
        "How the texts were collected and cleaned",
        "How the annotations were made",
        "How far the annotators agree",
        "What it may be used for",
        "What it must not be used for",
        "Private persons",
        "Rights",
        "Maintenance",
        "Known weaknesses",
    ]
    assert "Gebru" in text
    assert "no licence is claimed" in text
    assert f"> {ABOUT}" in text  # the batch's words are Markdown, and quoted


def test_nothing_of_the_data_is_markdown(manifest: Manifest) -> None:
    """Names with pipes, stars and line ends stay in their cells; layers that are not finished are named."""
    documents = manifest.model_dump()["documents"]
    documents["r1"] |= {"publisher": "a|b*\n# c", "finished_layers": ("mention",)}
    text = sheet(manifest, documents=documents)
    assert "| r1 | a\\|b\\*⏎\\# c |" in text
    assert "Not finished in r1: value, statement, relations, frames." in text
    assert not re.search(r"\n\n\n", text)
    assert text.endswith(".\n")


def test_every_format_of_manifests_has_its_template() -> None:
    """A format without words could not be checked."""
    assert FORMAT in TEMPLATES


def test_unresolved_items_are_told(manifest: Manifest) -> None:
    """As shares of units and items."""
    text = sheet(manifest, adjudication={**manifest.adjudication.model_dump(), "unresolved_units": 0.0123})
    assert "unresolved: 1.23 % of the units, 0.00 % of the items" in text


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections fail."""

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError("a test must not use the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def dataset(folder: Path) -> Any:
    """The release as mlcroissant opens it; it must have nothing to complain of."""
    import mlcroissant

    opened = mlcroissant.Dataset(jsonld=folder / "croissant.json")
    issues = opened.metadata.ctx.issues
    assert (issues.errors, issues.warnings) == (set(), set())
    return opened


def records(opened: Any, name: str) -> list[dict[str, Any]]:
    """The records of a set, with short names and strings."""
    found = []
    for record in opened.records(name):
        cells = ((key.removeprefix(f"{name}/"), cell) for key, cell in record.items())
        found.append({key: cell.decode() if isinstance(cell, bytes) else cell for key, cell in cells})
    return found


pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")


def test_croissant_loads(made: Release, no_network: None) -> None:
    """All five record sets load offline, with every record and what stands in it."""
    opened = dataset(made.folder)
    assert [one.uuid for one in opened.metadata.record_sets] == [
        "documents",
        "entities",
        "relations",
        "frames",
        "arguments",
    ]
    assert {one["doc_id"]: one["text"] for one in records(opened, "documents")} == TEXTS
    entities = {(one["doc_id"], one["text"]): one for one in records(opened, "entities")}
    assert len(entities) == 12
    money = entities["r1", "210万元"]
    assert (money["type"], money["value_kind"], money["value_value"], money["value_unit"]) == (
        "MONEY",
        "money",
        "2100000",
        "CNY",
    )
    assert money["attributes_level"] is None
    assert [list(span) for span in money["fragments"]] == [[23, 28]]
    county = entities["r2", "剑阁县"]
    assert (county["attributes_level"], county["value_code"], county["value_revision"]) == (
        "county",
        "510823",
        "201904",
    )
    names = {(one["doc_id"], one["id"]): one["text"] for one in entities.values()}
    links = [(one["type"], names["r1", one["head"]]) for one in records(opened, "relations") if one["doc_id"] == "r1"]
    assert links == [("PART_OF", "姚家乡")]
    frames = {one["id"]: one for one in records(opened, "frames")}
    assert sorted(one["trigger_text"] for one in frames.values()) == ["捐赠", "走访"]
    arguments = {
        (one["frame_type"], one["role"]): names[one["doc_id"], one["entity"]] for one in records(opened, "arguments")
    }
    assert len(arguments) == 8
    assert arguments["ASSIST", "helper"] == "四川省政协"
    assert {one["frame"] for one in records(opened, "arguments")} == frames.keys()


def test_croissant_loads_what_is_not_there(tmp_path: Path, no_network: None) -> None:
    """A release without relations and frames has record sets without records."""
    batch = project(tmp_path)
    for doc_id in TEXTS:
        for author in ("A", "B"):
            specs = R1 if doc_id == "r1" else ()
            native.write(batch.annotation_file(author, doc_id), passed(doc_id, specs, author))
    answer(batch)
    made = draft_release(batch, "0.1.0", "2026-11-22")
    for path, content in made.files.items():
        (tmp_path / "out" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "out" / path).write_bytes(content)
    opened = dataset(tmp_path / "out")
    numbers = {name: len(records(opened, name)) for name in ("entities", "relations", "frames", "arguments")}
    assert numbers == {"entities": len(R1), "relations": 0, "frames": 0, "arguments": 0}


def test_croissant_lists_every_file(made: Release) -> None:
    """With its hash; the manifest, which knows the hash of the metadata, and the metadata itself are not listed."""
    content = json.loads(made.croissant_file.read_text(encoding="utf-8"))
    hashes = {one["contentUrl"]: one["sha256"] for one in content["distribution"] if one["@type"] == "cr:FileObject"}
    manifest = read_manifest(made.manifest_file)
    assert hashes == {path: digest for path, digest in manifest.files.items() if path != "croissant.json"}


def test_croissant_says_what_the_manifest_says(manifest: Manifest) -> None:
    """Version, date, numbers; no licence is claimed; every field has an id of its own."""
    content = json.loads(croissant(manifest, SCHEMA, {}))
    assert (content["version"], content["datePublished"]) == ("0.1.0", "2026-11-22")
    assert "2 documents with 12 entities, 2 relations and 2 frames" in content["description"]
    assert content["license"].startswith("No licence is stated")
    ids = [field["@id"] for records in content["recordSet"] for field in records["field"]]
    assert len(ids) == len(set(ids))
