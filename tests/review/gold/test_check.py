"""Verifying a release: everything that can be changed in one is found, each with its file and the rule."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.review.gold.projects import ABOUT, answer, decide, released, settled, snapshot, unit
from workbench.core.files import canonical_json
from workbench.corpus.releases import Release, release_names
from workbench.formats import native
from workbench.review.gold.check import RULES, check_release
from workbench.review.gold.manifest import Manifest, dump, read_manifest, sealed

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of the small project; tests work on copies."""
    return released(settled(tmp_path_factory.mktemp("made")))


@pytest.fixture
def release(made: Release, tmp_path: Path) -> Release:
    """A copy of a release, to be spoilt."""
    return Release(Path(shutil.copytree(made.folder, tmp_path / "gold" / made.version)))


def found(release: Release) -> list[str]:
    """Every fault, as `rule file path: message` with the file inside the release."""
    return [f"{one.rule} {one}".replace(f"{release.folder}/", "") for one in check_release(release).faults]


def edit(file: Path, old: str, new: str) -> None:
    content = file.read_text(encoding="utf-8")
    assert old in content
    file.write_text(content.replace(old, new, 1), encoding="utf-8")


def forge(release: Release, **changes: Any) -> None:
    """Write a manifest with some fields replaced, with the hashes of the files as they are, and sealed anew."""
    manifest = read_manifest(release.manifest_file)
    files = {
        path: hashlib.sha256(content).hexdigest()
        for path, content in sorted(snapshot(release.folder).items())
        if path != "manifest.json"
    }
    changed = Manifest.model_validate({**manifest.model_dump(), "files": files, **changes})
    release.manifest_file.write_text(dump(sealed(changed)), encoding="utf-8")


def test_a_release_without_faults(release: Release) -> None:
    """What was released is whole; checking changes nothing."""
    before = snapshot(release.folder)
    checked = check_release(release)
    assert checked.faults == ()
    assert checked.manifest is not None
    assert checked.manifest.about == ABOUT
    assert snapshot(release.folder) == before


def test_every_release_of_the_repository_is_whole() -> None:
    """The templates and rules that a release was made with still give what it holds."""
    for version in release_names(ROOT):
        assert check_release(Release(ROOT / "gold" / version)).faults == ()


def test_changed_missing_and_added_files(release: Release) -> None:
    """All of them at once, hidden ones too."""
    edit(release.guidelines_file, "#", "##")
    release.decisions_file("r2").unlink()
    (release.folder / ".DS_Store").write_bytes(b"")
    (release.annotations_folder / "r3.json").write_text("{}", encoding="utf-8")
    faults = [fault for fault in found(release) if fault.startswith("files")]
    assert [fault.split(":")[0] for fault in faults] == [
        "files GUIDELINES.md",
        "files decisions/r2.json",
        "files .DS_Store",
        "files annotations/r3.json",
    ]
    assert ["changed" in faults[0], "missing" in faults[1], "added" in faults[2], "added" in faults[3]] == [True] * 4


@pytest.mark.parametrize(
    ("path", "old", "new", "rule", "said"),
    [
        ("documents/r1.txt", "捐赠210", "捐赠310", "documents", "r1.txt is not the text it was made for"),
        ("documents/r1.json", '"end": 38', '"end": 99', "documents", "99 is past the end of the text"),
        ("documents/r1.json", '"source"', ' "source"', "documents", "is not laid out as a record is written"),
        ("annotations/r1.json", '"姚家乡"', '"姚家"', "annotations", "is not the text at these offsets"),
        ("annotations/r1.json", '"PART_OF"', '"LOCATED_IN"', "annotations", "LOCATED_IN does not link LOC to LOC"),
        ("annotations/r1.json", '"author": "gold"', '"author": "A"', "annotations", "author: is not that of"),
        ("annotations/r1.json", '"version": "0', '"version": "1', "annotations", "schema: is not that of"),
        ("annotations/r1.json", '"entities"', ' "entities"', "annotations", "is not laid out"),
        ("annotations/r1.json", '"value": 2100000', '"value": "x"', "annotations", "entities["),
        ("decisions/r1.json", "as the text says", "because", "decisions", "a decision is never changed"),
        ("decisions/r1.json", '"doc_id": "r1"', '"doc_id": "r2"', "decisions", "are about 'r2'"),
        ("decisions/r2.json", '"text_sha256": "', '"text_sha256": "0', "decisions", "are about another text"),
        ("schema.yaml", "zh: 政协脱贫攻坚报道", "zh: 报道", "schema", "with another hash than the manifest names"),
        ("schema.yaml", "layers:", "layer:", "schema", "nothing can be checked against it"),
        ("DATASHEET.md", "2 reports as", "3 reports as", "told", "does not tell what the manifest says"),
        ("croissant.json", '"version": "0.1.0"', '"version": "0.1.1"', "told", "does not tell what the manifest says"),
        ("manifest.json", '"characters": 39', '"characters": 40', "counts", "r1.characters: is 40, counted again 39"),
        ("manifest.json", '"LOC": 5', '"LOC": 6', "counts", "counts.entities.LOC: is 6, counted again 5"),
        ("manifest.json", '"characters": 39', '"characters": 40', "manifest", "seal: is not what was sealed"),
        ("manifest.json", '"release": "0.1.0"', '"release": "0.1.1"', "manifest", "release: is '0.1.1', but"),
        ("manifest.json", '  "release"', '    "release"', "manifest", "is not laid out as a manifest is written"),
        ("manifest.json", '"release"', '"relaese"', "manifest", "relaese: unknown key"),
        ("manifest.json", "workbench-release/1", "workbench-release/9", "manifest", "format is not"),
        ("manifest.json", '"r1": {', '"../r1": {', "manifest", "is no possible document name"),
    ],
)  # fmt: skip
def test_one_changed_string(release: Release, path: str, old: str, new: str, rule: str, said: str) -> None:
    """Each is found by its own rule, not by the hash alone."""
    assert rule in RULES
    edit(release.folder / path, old, new)
    faults = found(release)
    assert [fault for fault in faults if fault.startswith(rule) and said in fault], faults
    if path != "manifest.json":
        assert f"files {path}: changed: it does not have the hash that the manifest gives" in faults


def test_a_manifest_that_is_none(release: Release) -> None:
    """Not JSON, and not an object: its faults, and nothing else."""
    for content in ("", "{", "[]", "null"):
        release.manifest_file.write_text(content, encoding="utf-8")
        checked = check_release(release)
        assert checked.manifest is None
        assert {one.rule for one in checked.faults} == {"manifest"}


def test_a_renamed_release(release: Release) -> None:
    """A release does not change its version."""
    moved = Release(release.folder.rename(release.folder.with_name("0.2.0")))
    assert found(moved) == ["manifest manifest.json release: is '0.1.0', but the folder is '0.2.0'"]


Forgery = Callable[[dict[str, Any]], Mapping[str, Any]]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (lambda told: {"counts": {**told["counts"], "clusters": 1}}, "counts.clusters: is 1, counted again 0"),
        (lambda told: {"adjudication": {**told["adjudication"], "standing": 6}}, "standing: is 6, counted again 5"),
        (lambda told: {"adjudication": {**told["adjudication"], "unresolved_units": 0.02}}, "is not the share 0.0"),
        (lambda told: {"adjudication": {**told["adjudication"], "outcomes": {"open": 42}}}, "units are open"),
        (lambda told: {"adjudication": {**told["adjudication"], "unresolved_items": 0.5}}, "50.0% of the items"),
        (lambda _: {"about": "by hand"}, "told DATASHEET.md: does not tell"),
        (lambda _: {"previous": "0.2.0"}, "'0.2.0' does not come before '0.1.0'"),
        (lambda told: {"files": {**told["files"], "schema.yaml": "0" * 64}}, "files schema.yaml: changed"),
        (lambda _: {"files": {}}, "files DATASHEET.md: the manifest has no hash for it"),
    ],
)  # fmt: skip
def test_a_forged_manifest(release: Release, changes: Forgery, said: str) -> None:
    """Sealed anew, and yet untrue: counting again and telling again find it."""
    told = read_manifest(release.manifest_file).model_dump()
    forge(release, **changes(told))
    faults = found(release)
    assert [fault for fault in faults if said in fault], faults
    assert not [fault for fault in faults if "sealed" in fault]


def test_a_forged_release(release: Release) -> None:
    """A gold annotation without the value of its amount, hashes and seal made to fit: the value is missed."""
    file = release.annotation_file("r1")
    annotation = native.read(file).annotation
    entities = (
        entity.model_copy(update={"value": None}) if entity.type == "MONEY" else entity
        for entity in annotation.entities
    )
    native.write(file, annotation.model_copy(update={"entities": tuple(entities)}))
    forge(release)
    faults = found(release)
    assert "doubts annotations/r1.json r1 [23:28] 210万元: MONEY without a money value" in faults
    assert "counts manifest.json counts.values.money: is 1, counted again None" in faults


def test_findings_that_were_answered(tmp_path: Path) -> None:
    """An answer that is taken out of the decisions is missed, also when everything else is made to fit."""

    def wrong(annotation: Any) -> Any:
        entities = (
            one.model_copy(update={"value": one.value.model_copy(update={"value": 13})}) if one.type == "QUANT" else one
            for one in annotation.entities
        )
        return annotation.model_copy(update={"entities": tuple(entities)})

    release = released(settled(tmp_path, wrong))
    assert found(release) == []
    file = release.decisions_file("r2")
    content = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(canonical_json({**content, "answers": []}), encoding="utf-8")
    told = read_manifest(release.manifest_file).model_dump()
    forge(release, adjudication={**told["adjudication"], "answers": 0})
    assert [fault for fault in found(release) if fault.startswith("doubts") and "reading: value=13" in fault]
    forge(release, adjudication={**told["adjudication"], "answers": 0}, audit={})
    assert not [fault for fault in found(release) if fault.startswith("doubts")]  # a rule of later days asks nothing


def test_a_release_beside_its_predecessor_and_alone(tmp_path: Path) -> None:
    """A drop against the last release was answered; the answer does no harm where the last release is not at hand."""
    batch = settled(tmp_path / "project")
    released(batch)
    for doc_id in ("r1", "r2"):
        decide(batch, {"unit": unit(batch, "entity", "剑阁县", doc_id), "choice": "reject"})
    decide(batch, {"unit": unit(batch, "entity", "姚家乡"), "choice": "reject"})
    decide(batch, {"doc_id": "r1", "finding": "drop|r1||3→1|LOC|3→1"})
    answer(batch)
    release = released(batch, "0.2.0")
    assert found(release) == []
    alone = Release(Path(shutil.copytree(release.folder, tmp_path / "gold" / "0.2.0")))
    assert found(alone) == []
    shutil.copytree(release.folder.with_name("0.1.0"), tmp_path / "gold" / "0.1.0")
    (tmp_path / "gold" / "0.1.0" / "annotations" / "r1.json").write_text("{", encoding="utf-8")
    assert found(alone) == []
