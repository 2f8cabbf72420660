"""Importing the two real passes: nothing is lost, everything stands where it stood."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from workbench.core.errors import FaultyData
from workbench.core.schema import open_schema
from workbench.core.text import Span
from workbench.corpus.importing import ImportedDocument, import_annotations, publish
from workbench.corpus.preparing import prepare
from workbench.corpus.tasks import Batch

PASSES = ("A", "B")


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory, seeds: Path) -> Batch:
    """The five reports, prepared."""
    root = tmp_path_factory.mktemp("project")
    prepare(seeds, root, "pilot")
    return Batch.open(root, "pilot")


def lines(received: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (received / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def imported(received: Path, name: str, batch: Batch) -> tuple[ImportedDocument, ...]:
    return import_annotations(received / f"{name}.jsonl", batch, name, open_schema(), "raw")


@pytest.mark.parametrize("name", PASSES)
def test_no_item_is_lost(name: str, received: Path, batch: Batch) -> None:
    """Every entity, relation, frame and argument of the received file is in the import, by id and type."""
    for raw, item in zip(lines(received, name), imported(received, name, batch), strict=True):
        ours = item.annotation
        assert {(e["id"], e["type"], e["cluster"]) for e in raw["entities"]} == {
            (e.id, e.type, e.cluster) for e in ours.entities
        }
        assert {(r["id"], r["type"], r["head"], r["tail"]) for r in raw["relations"]} == {
            (r.id, r.type, r.head, r.tail) for r in ours.relations
        }
        assert {(f["id"], f["type"], json.dumps(f["attributes"], sort_keys=True)) for f in raw["events"]} == {
            (f.id, f.type, json.dumps(dict(f.attributes), sort_keys=True)) for f in ours.frames
        }
        assert Counter((f["id"], a["role"], a["mention"]) for f in raw["events"] for a in f["args"]) == Counter(
            (f.id, a.role, a.entity) for f in ours.frames for a in f.arguments
        )


@pytest.mark.parametrize("name", PASSES)
def test_no_attribute_or_value_is_lost(name: str, received: Path, batch: Batch) -> None:
    """Each attribute is an attribute or part of the value, each normalisation a value or a canonical name."""
    for raw, item in zip(lines(received, name), imported(received, name, batch), strict=True):
        ours = item.annotation.entity_by_id
        for entity in raw["entities"]:
            made = ours[entity["id"]]
            value = made.value.model_dump() if made.value else {}
            for attribute, given in entity["attributes"].items():
                field = {"ttype": "type", "mod": "mod", "gb2260": "code", "code_revision": "revision"}.get(attribute)
                where = value if field in value and attribute not in made.attributes else made.attributes
                assert where.get(field if where is value else attribute) == str(given).lower().replace(
                    str(given).lower(), str(given) if not isinstance(given, bool) else str(given).lower()
                )
            normalised = entity["normalised"]
            if isinstance(normalised, dict):
                assert {k: v for k, v in normalised.items() if v is not None}.items() <= value.items()
            elif normalised is not None:
                assert normalised in (value.get("value"), value.get("name"), made.attributes.get("canonical"))


@pytest.mark.parametrize("name", PASSES)
def test_every_mention_stands_at_its_place(name: str, received: Path, batch: Batch) -> None:
    """The clean mention is the received string without its glosses, and its raw range is the received one."""
    for raw, item in zip(lines(received, name), imported(received, name, batch), strict=True):
        document = batch.document(item.annotation.doc_id)
        for entity in raw["entities"]:
            made = item.annotation.entity_by_id[entity["id"]]
            (span,) = made.fragments
            assert document.text[span.start : span.end] == made.text
            assert document.offsets.to_raw(span) == Span(entity["start"], entity["end"])
            assert (made.text == entity["text"]) or "(" in entity["text"] or document.doc_id.startswith("000")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("A", {("duplicate_title", None), ("footer", "metadata")}),
        ("B", {("duplicate_title", None), ("navigation", "related_links")}),
    ],
)
def test_zones_that_differ_are_listed_and_kept(
    name: str, expected: set[tuple[str | None, str | None]], received: Path, batch: Batch
) -> None:
    """Each pass closed one of two titles, which stay open here; its own zones stay with the annotation."""
    items = imported(received, name, batch)
    assert {(d.received, d.ours) for item in items for d in item.zone_differences} == expected
    for raw, item in zip(lines(received, name), items, strict=True):
        assert len(item.annotation.extra.get("zones", [])) == len(raw["regions"])


def test_whole_passes_are_finished_and_publishing_is_idempotent(received: Path, batch: Batch) -> None:
    """A pass that covers whole documents has finished all layers; publishing it again writes the same bytes."""
    items = imported(received, "A", batch)
    assert {item.annotation.finished_layers for item in items} == {open_schema().finishable}
    publish(items, batch)
    written = [batch.annotation_file("A", item.annotation.doc_id).read_bytes() for item in items]
    publish(imported(received, "A", batch), batch)
    assert written == [batch.annotation_file("A", item.annotation.doc_id).read_bytes() for item in items]


def test_a_mention_that_was_deleted_whole_is_refused(tmp_path: Path, received: Path, batch: Batch) -> None:
    """A span of nothing but a pinyin gloss has no clean place: a fault with line and path, not a silent loss."""
    raw = lines(received, "A")[0]
    start = 4  # 組織政協(xié)
    raw["entities"].append({**raw["entities"][0], "id": "T999", "start": start, "end": start + 5, "text": "(xié)"})
    file = tmp_path / "in.jsonl"
    file.write_text(json.dumps(raw, ensure_ascii=False) + "\n", encoding="utf-8")
    with pytest.raises(FaultyData, match=r"in\.jsonl:1 entities\[162\]: cleaning deleted all of '\(xié\)'"):
        import_annotations(file, batch, "A", open_schema(), "raw")
