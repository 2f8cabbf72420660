"""A dirty brat collection: every fault is listed, what can be proved is repaired, the rest is left out and counted."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.formats.brat.dirty import DIRT, write_dirty_collection
from workbench.core.repairs import REPAIRS
from workbench.corpus.converting import FaultyCollection, Request, convert


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dirty") / "collection"
    write_dirty_collection(folder)
    return folder


def entities_in(file: Path) -> dict[str, dict[str, list[tuple[int, int]]]]:
    """Fragments of all entities, by document and id."""
    found: dict[str, dict[str, list[tuple[int, int]]]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        places = {one["id"]: one.get("fragments") or [(one["start"], one["end"])] for one in record["entities"]}
        found[record["doc_id"]] = {name: [tuple(span) for span in spans] for name, spans in places.items()}
    return found


def test_every_fault_is_listed_with_file_and_line_and_nothing_is_written(dirty: Path, tmp_path: Path) -> None:
    with pytest.raises(FaultyCollection) as raised:
        convert(Request(dirty, tmp_path / "out.jsonl"))
    assert list(tmp_path.iterdir()) == []
    faults = raised.value.faults
    for name, dirt in DIRT.items():
        own = [fault for fault in faults if fault.source is not None and fault.source.stem == name]
        assert own, name
        assert (own[0].line, own[0].rule) == (dirt.line, dirt.rule), name
    assert all(fault.source is not None and fault.source.stem != "sound" for fault in faults)
    assert raised.value.repairable["moved"] == 2
    assert str(raised.value).splitlines()[-1].startswith(f"{len(faults)} faults; nothing is written; --repair mends ")


def test_skipping_leaves_out_what_is_faulty_and_nothing_else(dirty: Path, tmp_path: Path) -> None:
    made = convert(Request(dirty, tmp_path / "out.jsonl", skip_faulty=True))
    found = entities_in(tmp_path / "out.jsonl")
    for name, dirt in DIRT.items():
        assert set(found.get(name, ())) == dirt.kept, name
    assert set(found["sound"]) == {"T9"}
    assert not made.repairs
    lost = Counter({name: len(dirt.annotations.split(b"\nT")) for name, dirt in DIRT.items()})
    assert made.left_out["documents"] == sum(name not in found for name in DIRT) == 3
    assert sum(lost.values()) > made.left_out["entities"] > 10


def test_repairs_are_made_by_name_and_each_is_told(dirty: Path, tmp_path: Path) -> None:
    made = convert(Request(dirty, tmp_path / "out.jsonl", repair=True, skip_faulty=True))
    found = entities_in(tmp_path / "out.jsonl")
    for name, dirt in DIRT.items():
        assert found.get(name, {}) == dirt.mended, name
        own = {repair.name for repair in made.repairs if repair.source is not None and repair.source.stem == name}
        assert own == ({dirt.repair} if dirt.repair else set()), name
    assert all(repair.name in REPAIRS and repair.line is not None for repair in made.repairs)
    still = {fault.source.stem for fault in made.faults if fault.source is not None}
    assert still == {name for name, dirt in DIRT.items() if dirt.repair is None}


def test_repairing_alone_is_not_enough_for_what_cannot_be_proved(dirty: Path, tmp_path: Path) -> None:
    with pytest.raises(FaultyCollection) as raised:
        convert(Request(dirty, tmp_path / "out.jsonl", repair=True))
    assert {fault.source.stem for fault in raised.value.faults if fault.source} == {
        name for name, dirt in DIRT.items() if dirt.repair is None
    }
