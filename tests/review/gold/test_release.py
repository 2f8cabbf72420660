"""Making a gold release: what it holds, that it is reproducible, and every reason that keeps it from being made."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.review.gold.projects import (
    ABOUT,
    FIRST,
    LATER,
    PART,
    R1,
    TEXTS,
    accept,
    answer,
    decide,
    passed,
    passes,
    project,
    released,
    rules,
    settled,
    snapshot,
    unit,
)
from workbench.core.errors import EnvironmentFailure, FaultyData, UsageMistake
from workbench.core.records import Annotation, Entity, SchemaStamp
from workbench.core.schema import open_schema
from workbench.core.values import Place, Value
from workbench.corpus.checking import check_path
from workbench.corpus.reading import read_annotated, schema_of
from workbench.corpus.releases import Release, find_release, is_version, newest_release, release_names
from workbench.corpus.tasks import Batch
from workbench.formats import native
from workbench.review.adjudication.decisions import Decisions, dump, read_decisions, union
from workbench.review.gold import release as gold_module
from workbench.review.gold.candidate import ABOUT_FILE, open_candidate
from workbench.review.gold.manifest import DIGITS, read_manifest
from workbench.review.gold.reasons import RULES, doubts_about, idle_answers, reasons_against
from workbench.review.gold.release import draft_release, write_release


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of the small project; no test changes it."""
    return released(settled(tmp_path_factory.mktemp("made")))


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    """A batch that may be released; tests work on copies."""
    return settled(tmp_path_factory.mktemp("ready"))


@pytest.fixture
def batch(ready: Batch, tmp_path: Path) -> Batch:
    """A project of its own whose batch may be released."""
    return Batch.at(Path(shutil.copytree(ready.root, tmp_path / "project")) / "tasks" / "small")


def values(change: Callable[[Entity], Value | None], kinds: Iterable[str]) -> Callable[[Annotation], Annotation]:
    """Alter the value of every entity of some types."""

    def changed(annotation: Annotation) -> Annotation:
        entities = (
            entity.model_copy(update={"value": change(entity)}) if entity.type in kinds else entity
            for entity in annotation.entities
        )
        return annotation.model_copy(update={"entities": tuple(entities)})

    return changed


def test_what_a_release_holds(made: Release) -> None:
    """Texts, annotations, decisions, schema, guidelines, datasheet, metadata and manifest; nothing else."""
    files = snapshot(made.folder)
    of_documents = {
        f"{folder}/{doc_id}{ending}"
        for doc_id in TEXTS
        for folder, ending in (
            ("documents", ".txt"),
            ("documents", ".json"),
            ("annotations", ".json"),
            ("decisions", ".json"),
        )
    }
    frozen = {"schema.yaml", "GUIDELINES.md", "DATASHEET.md", "croissant.json", "manifest.json"}
    assert files.keys() == of_documents | frozen
    assert files["documents/r1.txt"] == TEXTS["r1"].encode()
    for path in ("schema.yaml", "GUIDELINES.md"):
        installed = Path(__file__).parents[3] / "schemas" / "cppcc_poverty" / path
        assert files[path] == installed.read_bytes()
    manifest = read_manifest(made.manifest_file)
    assert manifest.files == {
        path: hashlib.sha256(content).hexdigest() for path, content in files.items() if path != "manifest.json"
    }
    assert (made.folder.stat().st_mode & 0o777, made.manifest_file.stat().st_mode & 0o777) == (0o755, 0o644)


def test_numbers_of_the_manifest(made: Release) -> None:
    """A is gold: 6 entities in each report, 2 relations, 2 frames with 4 arguments each, 7 values (4 are places)."""
    manifest = read_manifest(made.manifest_file)
    counts = manifest.counts
    assert counts.entities == {"ORG": 2, "LOC": 5, "GROUP": 2, "MONEY": 1, "QUANT": 1, "TIME": 1}
    assert counts.layers == {"mention": 9, "value": 3, "relations": 2, "frames": 2}
    assert (counts.relations, counts.frames) == ({"PART_OF": 1, "HAS_QUANTITY": 1}, {"ASSIST": 1, "VISIT": 1})
    assert sum(counts.arguments.values()) == 8
    assert counts.arguments["ASSIST.helper"] == 1
    assert counts.values == {"money": 1, "place": 4, "quantity": 1, "time": 1}
    first = manifest.documents["r1"]
    assert (first.characters, first.zones, first.passes) == (len(TEXTS["r1"]), {"footer": 1}, ("A", "B"))
    assert sum(first.counts.entities.values()) == 6
    assert (manifest.release, manifest.previous, manifest.date, manifest.about) == ("0.1.0", None, FIRST[:10], ABOUT)


def test_what_the_manifest_says_of_adjudication(made: Release) -> None:
    """Five units were open (boundary, township, its link, two roles), and A was accepted in all of them."""
    adjudication = read_manifest(made.manifest_file).adjudication
    assert adjudication.outcomes["adjudicated"] == 5
    assert sum(adjudication.outcomes.values()) == sum(sum(row.values()) for row in adjudication.units.values())
    assert (adjudication.standing, adjudication.choices, adjudication.accepted) == (5, {"accept": 5}, {"A": 5})
    assert (adjudication.unresolved_units, adjudication.unresolved_items) == (0, 0)
    assert (adjudication.first, adjudication.last, adjudication.judges) == (FIRST, FIRST, {"judge": 5})


def test_agreement_before_and_after(made: Release) -> None:
    """A has 12 entities, B 11, and 10 are equal: F1 20/23. Gold is A, so it agrees with B as far as A does."""
    pairs = {(pair.left, pair.right): pair for pair in read_manifest(made.manifest_file).agreement}
    strict = {names: pair.measures["entity_f1(match=strict)"].value for names, pair in pairs.items()}
    assert strict == {("A", "B"): round(20 / 23, DIGITS), ("gold", "A"): 1.0, ("gold", "B"): round(20 / 23, DIGITS)}
    before = pairs["A", "B"]
    assert (before.entities["LOC"].left, before.entities["LOC"].right) == (5, 4)
    assert before.boundaries == {"start": 1.0, "end": round(10 / 11, DIGITS), "both": round(10 / 11, DIGITS)}
    assert before.types.value == 1.0
    assert before.coverage == round(22 / 23, DIGITS)


def test_sources_of_a_release(made: Release) -> None:
    """The hashes of the annotators' files as they were adjudicated, and of the raw reports."""
    manifest = read_manifest(made.manifest_file)
    for (author, doc_id), annotation in passes().items():
        content = native.dump(annotation).encode()
        assert manifest.passes[author][doc_id].sha256 == hashlib.sha256(content).hexdigest()
    assert manifest.documents["r2"].raw_sha256 == hashlib.sha256(TEXTS["r2"].encode()).hexdigest()


def test_the_same_input_makes_the_same_bytes(made: Release, tmp_path: Path) -> None:
    """In another folder, and as a draft; another date changes what names the date."""
    batch = settled(tmp_path / "elsewhere")
    files = draft_release(batch, "0.1.0").files
    assert files == snapshot(made.folder)
    other = draft_release(batch, "0.1.0", "2027-01-01").files
    assert {path for path in files if files[path] != other[path]} == {"manifest.json", "DATASHEET.md", "croissant.json"}
    assert not (tmp_path / "elsewhere" / "gold").exists()


def test_every_reader_reads_a_release(made: Release) -> None:
    """Texts and zones come with the annotations, the schema is the frozen one, and check finds no error."""
    documents = read_annotated(made.folder)
    assert [one.doc_id for one in documents] == ["r1", "r2"]
    assert documents[0].text == TEXTS["r1"]
    assert documents[0].zones[0].kind == "footer"
    assert [one.annotation.author for one in documents] == ["gold", "gold"]
    assert schema_of(made.folder) == str(made.schema_file)
    stamp = documents[0].annotation.made_with
    assert stamp is not None
    assert stamp.version == open_schema(str(made.schema_file)).version
    assert [one.errors for one in check_path(made.folder, open_schema(str(made.schema_file)))] == [0]
    assert read_decisions(made.decisions_file("r1")).decisions


def test_a_settled_batch_may_be_released(batch: Batch) -> None:
    """The passing case of every rule."""
    assert reasons_against(open_candidate(batch, "0.1.0")) == ()


@pytest.mark.parametrize(
    "version", ["v1", "0.1", "0.1.0.0", "01.0.0", "0.1.0 ", "０.1.0", "../0.1.0", "", "0.1." + "9" * 5000]
)
def test_versions_that_are_none(batch: Batch, version: str) -> None:
    """Three numbers without leading zeros, in ASCII digits."""
    assert not is_version(version)
    assert rules(batch, version) == ["version"]
    with pytest.raises(UsageMistake, match="three numbers"):
        draft_release(batch, version)


def test_versions_that_are_taken_or_old(batch: Batch) -> None:
    """A release is made once, and later ones are newer, by number: 0.10.0 comes after 0.9.0."""
    first = released(batch, "0.9.0").folder
    shutil.copytree(first, first.with_name("0.10.0"))
    assert release_names(batch.root) == ("0.9.0", "0.10.0")
    assert [rules(batch, version) for version in ("0.10.0", "0.9.1", "0.10.1")] == [["version"], ["version"], []]
    (batch.root / "gold" / "0.11.0").mkdir()
    assert rules(batch, "0.11.0") == ["version"]


@pytest.mark.parametrize("date", ["2026-13-01", "20261122", "22.11.2026", "2026-02-30", "２026-11-22", ""])
def test_dates_that_are_none(batch: Batch, date: str) -> None:
    """A date is YYYY-MM-DD."""
    assert rules(batch, "0.1.0", date) == ["date"]
    with pytest.raises(UsageMistake, match="give YYYY-MM-DD"):
        draft_release(batch, "0.1.0", date)


def test_a_release_without_decisions_needs_a_date(tmp_path: Path) -> None:
    """Nothing dates it when both annotators agree everywhere."""
    batch = project(tmp_path)
    shutil.copytree(batch.annotations_folder / "A", batch.annotations_folder / "B", dirs_exist_ok=True)
    assert rules(batch) == ["date"]
    assert rules(batch, date="2026-11-22") == []


def test_the_newest_decision_dates_a_release(batch: Batch) -> None:
    """Decisions and answers alike."""
    decide(batch, {"unit": unit(batch, "boundary", "２组"), "choice": "accept", "accept": "B"}, time=LATER)
    assert draft_release(batch, "0.1.0").manifest.date == LATER[:10]


def test_what_the_batch_does_not_say(batch: Batch, tmp_path: Path) -> None:
    """Who made the passes, and by which guidelines."""
    (batch.folder / ABOUT_FILE).write_text(" \n", encoding="utf-8")
    assert rules(batch) == ["about"]
    shutil.copy(Path(__file__).parents[3] / "schemas" / "cppcc_poverty" / "schema.yaml", tmp_path)
    settings = (batch.folder / "batch.toml").read_text(encoding="utf-8")
    (batch.folder / "batch.toml").write_text(
        settings.replace('"cppcc_poverty"', json.dumps(str(tmp_path))), encoding="utf-8"
    )
    assert rules(Batch.at(batch.folder)) == ["about", "guidelines"]


def test_documents_that_cannot_be_released(batch: Batch) -> None:
    """One that nobody has annotated, decisions about one that is not there, a pass under another file name."""
    for author in ("A", "B"):
        batch.annotation_file(author, "r2").unlink()
    file = batch.adjudication_file("r1")
    file.with_name("r9.json").write_bytes(file.read_bytes())
    batch.annotation_file("A", "r1").rename(batch.annotation_file("A", "r1").with_name("x.json"))
    shutil.copytree(batch.annotations_folder / "B", batch.annotations_folder / "gold")
    found = [str(one) for one in reasons_against(open_candidate(batch, "0.1.0")) if one.rule == "documents"]
    said = ("nobody has annotated it", "A/r1.json", "no annotator can be called 'gold'", "r9.json")
    assert [name in line for name, line in zip(said, found, strict=True)] == [True] * 4


def test_annotators_without_a_document_in_common(batch: Batch) -> None:
    """A made one report, B the other: there is no agreement between them, and gold agrees with each in its own."""
    batch.annotation_file("B", "r1").unlink()
    batch.annotation_file("A", "r2").unlink()
    shutil.rmtree(batch.adjudication_folder)
    answer(batch)
    made = draft_release(batch, "0.1.0", "2026-11-22")
    assert [(one.left, one.right, one.documents) for one in made.manifest.agreement] == [
        ("gold", "A", 1),
        ("gold", "B", 1),
    ]
    assert "there is no agreement to report" in made.files["DATASHEET.md"].decode()


def test_passes_of_another_version(tmp_path: Path) -> None:
    """What was made with 0.1.0 is migrated before it is judged by later rules; without a stamp nothing is known."""
    stamp = SchemaStamp(id="cppcc-poverty", version="0.1.0")
    old = settled(
        tmp_path / "old", lambda one: one.model_copy(update={"made_with": stamp if one.author == "B" else None})
    )
    found = reasons_against(open_candidate(old, "0.1.0"))
    assert [one.rule for one in found] == ["schema", "schema"]
    assert "B/r1.json: made with cppcc-poverty 0.1.0, not cppcc-poverty" in str(found[0])


def test_open_units(tmp_path: Path) -> None:
    """Five units wait; they are counted by kind, and the first are named."""
    found = reasons_against(open_candidate(project(tmp_path), "0.1.0", "2026-11-22"))
    assert [one.rule for one in found] == ["open"]
    assert "5 units are open (1 relation, 1 entity, 1 boundary, 2 role)" in str(found[0])
    assert "贫困户 [14:17]" in str(found[0])


def test_decisions_that_no_longer_apply(batch: Batch) -> None:
    """B marks yet another boundary: the decision did not judge it, is listed, and the unit is open again."""
    without = [spec for spec in R1 if spec[0] not in ("姚家乡", "贫困户")]
    other = ("贫困户（２", "GROUP", {"attributes": {"class": "poor_household"}})
    native.write(batch.annotation_file("B", "r1"), passed("r1", [*without, other], "B", [], []))
    found = reasons_against(open_candidate(batch, "0.1.0"))
    assert {"open", "stale"} <= {one.rule for one in found}
    assert any("a reading came up that it did not judge" in str(one) for one in found if one.rule == "stale")


def test_decisions_that_contradict_each_other(batch: Batch, tmp_path: Path) -> None:
    """Two maintainers decided one unit differently: both decisions are named, and none is followed."""
    file = batch.adjudication_file("r1")
    ours = read_decisions(file)
    boundary = next(one for one in ours.decisions if one.kind == "boundary")
    seen = next(reading for reading in boundary.seen if reading.authors == ("B",))
    content = {**boundary.model_dump(), "accepted": "B", "items": seen.items, "seen": boundary.seen, "by": "another"}
    theirs = Decisions(doc_id="r1", text_sha256=ours.text_sha256, decisions=(type(boundary)(**content),))
    file.write_text(dump(union(None, ours, theirs)), encoding="utf-8")
    found = [one for one in reasons_against(open_candidate(batch, "0.1.0")) if one.rule == "stale"]
    assert len([one for one in found if "contradicts another decision" in one.message]) == 2


def test_errors_of_the_schema(tmp_path: Path) -> None:
    """A relation between types that it does not link, in both passes: agreed, and wrong."""
    wrong = ("PART_OF", "贫困户", "剑阁县")
    batch = project(tmp_path)
    for author in ("A", "B"):
        native.write(batch.annotation_file(author, "r1"), passed("r1", R1, author, [PART, wrong]))
    found = [one for one in reasons_against(open_candidate(batch, "0.1.0", "2026-11-22")) if one.rule == "check"]
    assert len(found) == 1
    assert "r1 relations[" in str(found[0])
    assert "PART_OF does not link GROUP to LOC" in str(found[0])


def test_too_much_left_unresolved(batch: Batch) -> None:
    """Of 43 units two are 4.7 %; of 13 entities, 2 links, 2 frames, 8 arguments both readings are 8 %, three 12 %."""
    boundary = {"unit": unit(batch, "boundary", "２组"), "choice": "unresolved"}
    relation = {"unit": unit(batch, "relation", "姚家乡"), "choice": "unresolved"}
    decide(batch, boundary)
    found = reasons_against(open_candidate(batch, "0.1.0"))
    assert [one.message for one in found if one.rule == "unresolved"] == [
        "8.0% of the items are unresolved; at most 3% may be"
    ]
    decide(batch, relation)
    found = reasons_against(open_candidate(batch, "0.1.0"))
    assert [one.message.split(" are ")[0] for one in found if one.rule == "unresolved"] == [
        "4.7% of the units",
        "12.0% of the items",
    ]


@pytest.mark.parametrize("kind", ["MONEY", "QUANT", "TIME"])
def test_values_that_are_missing(tmp_path: Path, kind: str) -> None:
    """Both annotators forgot the value: no answer will do."""
    batch = settled(tmp_path, values(lambda _: None, [kind]))
    found = [one for one in reasons_against(open_candidate(batch, "0.1.0")) if one.rule == "value"]
    assert len(found) == 1
    assert f"{kind} without a " in found[0].message
    assert "answer" not in found[0].message


def test_values_that_nobody_can_settle(tmp_path: Path) -> None:
    """A value that was left unresolved may be missing; the audit asks for a reason."""
    other = values(lambda _: None, ["MONEY"])
    batch = project(tmp_path, lambda one: other(one) if one.author == "B" else one)
    accept(batch)
    decide(batch, {"unit": unit(batch, "value", "2100000"), "choice": "unresolved"})
    assert rules(batch) == ["audit"]
    answer(batch)
    assert rules(batch) == []


@pytest.mark.parametrize(
    ("without", "said"), [("code", "no code of GB/T 2260"), ("revision", "no revision of GB/T 2260")]
)
def test_codes_that_are_missing(tmp_path: Path, without: str, said: str) -> None:
    """A county and two provinces need a code and its revision, unless it is answered why they have none."""

    def less(entity: Entity) -> Place:
        known = entity.value
        assert isinstance(known, Place)
        return Place(name=known.name, code=None if without == "code" else known.code)

    def change(annotation: Annotation) -> Annotation:
        entities = (
            entity.model_copy(update={"value": less(entity)}) if entity.value and entity.type == "LOC" else entity
            for entity in annotation.entities
        )
        return annotation.model_copy(update={"entities": tuple(entities)})

    batch = project(tmp_path, change)
    accept(batch)
    found = [one for one in reasons_against(open_candidate(batch, "0.1.0")) if one.rule == "code"]
    assert len(found) == 4
    assert all(said in one.message for one in found)
    assert rules(batch) == ["code"]  # the audit's finding about the same place is not listed again
    answer(batch)
    assert rules(batch) == []
    assert idle_answers(open_candidate(batch, "0.1.0")) == ()


def test_classes_of_places_have_no_code(tmp_path: Path) -> None:
    """贫困县 is a class (spec=GEN), and a township has no code in GB/T 2260."""

    def classes(annotation: Annotation) -> Annotation:
        entities = (
            entity.model_copy(update={"value": None, "attributes": {"level": "county", "spec": "GEN"}})
            if entity.text == "剑阁县"
            else entity
            for entity in annotation.entities
        )
        return annotation.model_copy(update={"entities": tuple(entities)})

    batch = settled(tmp_path, classes)
    assert "code" not in rules(batch)


def test_findings_without_an_answer(tmp_path: Path) -> None:
    """12户 with the value 13 reads otherwise: the finding is listed with its key, and the answer settles it."""
    wrong = values(lambda one: one.value and one.value.model_copy(update={"value": 13}), ["QUANT"])
    batch = project(tmp_path, wrong)
    accept(batch)
    found = reasons_against(open_candidate(batch, "0.1.0"))
    assert [one.rule for one in found] == ["audit"]
    key = "reading|r2|17:20|QUANT value=13 unit=户|12户"
    assert f"answer {key!r}" in found[0].message
    decide(batch, {"doc_id": "r2", "finding": key}, {"doc_id": "r2", "finding": "loose|r2|0:2|TIME|５月"}, time=LATER)
    candidate = open_candidate(batch, "0.1.0")
    assert reasons_against(candidate) == ()
    assert idle_answers(candidate) == ("loose|r2|0:2|TIME|５月",)
    manifest = draft_release(batch, "0.1.0").manifest
    assert (manifest.audit["reading"].findings, manifest.audit["reading"].answered) == (1, 1)
    assert (manifest.adjudication.answers, manifest.date) == (2, LATER[:10])


def test_a_drop_against_the_last_release(batch: Batch) -> None:
    """Three of five LOC are gone since the last release: the audit asks why."""
    released(batch)
    for doc_id in TEXTS:
        decide(batch, {"unit": unit(batch, "entity", "剑阁县", doc_id), "choice": "reject"})
    decide(batch, {"unit": unit(batch, "entity", "姚家乡"), "choice": "reject"})
    assert any("drop: 3 LOC before, 1 now" in str(one) for one in reasons_against(open_candidate(batch, "0.1.1")))


def test_all_reasons_at_once_and_nothing_written(tmp_path: Path) -> None:
    """A batch with everything wrong: each rule is named, in the order of RULES, and nothing is written."""
    batch = project(tmp_path, values(lambda _: None, ["MONEY", "LOC"]))
    (batch.folder / ABOUT_FILE).unlink()
    with pytest.raises(FaultyData) as refused:
        draft_release(batch, "1.0", "soon")
    found = list(dict.fromkeys(one.rule for one in refused.value.faults))
    assert found == ["version", "date", "about", "open", "value", "code"]
    assert found == sorted(found, key=list(RULES).index)
    assert not (tmp_path / "gold").exists()


def test_broken_files_are_all_listed(batch: Batch) -> None:
    """A broken pass and a broken last release: faults of both."""
    release = released(batch)
    release.annotation_file("r2").write_text("{", encoding="utf-8")
    batch.annotation_file("A", "r1").write_text("{", encoding="utf-8")
    with pytest.raises(FaultyData) as refused:
        open_candidate(batch, "0.1.1")
    assert [str(one.source).rsplit("/", 2)[-2:] for one in refused.value.faults] == [
        ["A", "r1.json"],
        ["annotations", "r2.json"],
    ]


def test_one_pass_alone(tmp_path: Path) -> None:
    """A batch that a single annotator has made can be released; its datasheet says that there is no agreement."""
    batch = project(tmp_path)
    shutil.rmtree(batch.annotations_folder / "B")
    made = draft_release(batch, "0.1.0", "2026-11-22")
    assert [(pair.left, pair.right) for pair in made.manifest.agreement] == [("gold", "A")]
    assert made.manifest.adjudication.outcomes.keys() == {"single"}
    assert "No report has two passes: there is no agreement to report." in made.files["DATASHEET.md"].decode()


def test_a_release_is_written_whole_or_not_at_all(batch: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk, a folder that has come into being, a file in the way: nothing is left behind."""
    made = draft_release(batch, "0.1.0")
    before = snapshot(batch.root)

    def full(path: Path, content: bytes) -> None:
        raise EnvironmentFailure(f"{path}: cannot be written (No space left on device)")

    with monkeypatch.context() as patched:
        patched.setattr(gold_module, "write_bytes", full)
        with pytest.raises(EnvironmentFailure, match="No space left"):
            write_release(made)
    assert snapshot(batch.root) == before
    assert list((batch.root / "gold").iterdir()) == []
    made.folder.mkdir()
    with pytest.raises(UsageMistake, match="exists already"):
        write_release(made)
    made.folder.rmdir()
    (batch.root / "gold").rmdir()
    (batch.root / "gold").write_text("in the way", encoding="utf-8")
    with pytest.raises(EnvironmentFailure, match="cannot be written"):
        write_release(made)


def test_finding_releases(batch: Batch) -> None:
    """By version, by path, the newest; hidden folders are none."""
    assert newest_release(batch.root) is None
    first = released(batch)
    shutil.copytree(first.folder, first.folder.with_name(".0.1.0.tmp"))
    second = released(batch, "0.2.0")
    assert read_manifest(second.manifest_file).previous == "0.1.0"
    newest = newest_release(batch.root)
    assert newest is not None
    assert (newest.version, newest.root) == ("0.2.0", batch.root.resolve())
    assert find_release(batch.root, "0.1.0").folder == first.folder
    assert find_release(Path("anywhere"), str(first.folder)).version == "0.1.0"
    with pytest.raises(UsageMistake, match=r"did you mean '0\.2\.0'"):
        find_release(batch.root, "0.2.1")


def test_a_document_that_is_gone_since_the_last_release(batch: Batch) -> None:
    """The audit asks for it; the answer stands in the decisions about another document."""
    released(batch)
    for file in (*batch.documents_folder.glob("r2.*"), *batch.annotations_folder.glob("*/r2.json")):
        file.unlink()
    batch.adjudication_file("r2").unlink(missing_ok=True)
    found = [
        one for one in reasons_against(open_candidate(batch, "0.1.1")) if "now the document is missing" in one.message
    ]
    assert len(found) == 1
    keys = [one.finding.key for one in doubts_about(open_candidate(batch, "0.1.1"))]
    decide(batch, *({"doc_id": "r1", "finding": key} for key in keys))
    assert reasons_against(open_candidate(batch, "0.1.1")) == ()
