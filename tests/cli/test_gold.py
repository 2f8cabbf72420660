"""workbench gold at the command line: release, correct, compare, verify; wrong input; the real pilot at full size."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.program import run
from tests.cli.test_bad_input import refused
from tests.review.gold.projects import ABOUT, LATER, answer, decide, project, released, settled, snapshot, unit
from workbench.core.schema import open_schema
from workbench.corpus.tasks import Batch
from workbench.review.adjudication.docket import open_docket, save
from workbench.review.adjudication.judgements import Signature, judge
from workbench.review.adjudication.lines import Judgement, Line
from workbench.review.gold.candidate import ABOUT_FILE

ROOT = Path(__file__).parents[2]
RELEASE = ("gold", "release", "0.1.0", "--batch", "tasks/small")


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose batch may be released; tests work on copies."""
    return settled(tmp_path_factory.mktemp("ready")).root


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, ready: Path) -> Path:
    """A project with release 0.1.0; tests work on copies."""
    root = Path(shutil.copytree(ready, tmp_path_factory.mktemp("first") / "project"))
    released(Batch.at(root / "tasks" / "small"))
    return root


@pytest.fixture
def folder(first: Path, tmp_path: Path) -> Path:
    """A project of its own, with release 0.1.0."""
    return Path(shutil.copytree(first, tmp_path / "project"))


def test_release_check_correct_compare(ready: Path, tmp_path: Path) -> None:
    """The whole way, as the README tells it; a dry run writes nothing, and is what is written then."""
    folder = Path(shutil.copytree(ready, tmp_path / "project"))
    before = snapshot(folder)
    dry = run(folder, *RELEASE, "--dry-run")
    assert (dry.returncode, snapshot(folder)) == (0, before)
    assert "gold/0.1.0: 13 files would be written" in dry.stderr
    made = run(folder, *RELEASE)
    assert (made.returncode, made.stdout) == (0, dry.stdout)
    assert "r1               6          1       1       3           0" in made.stdout
    assert "units: 36 agreed, 1 single, 5 adjudicated; unresolved 0.00% of units, 0.00% of items" in made.stdout
    assert made.stderr.endswith("gold/0.1.0: 13 files written\n")
    checked = run(folder, "gold", "check")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.splitlines()[-1].split() == ["gold/0.1.0", "12", "2", "12", "2", "2", "0"]
    batch = Batch.at(folder / "tasks" / "small")
    decide(batch, {"unit": unit(batch, "boundary", "２组"), "choice": "accept", "accept": "B"}, time=LATER)
    answer(batch, time=LATER)
    assert run(folder, "gold", "release", "0.1.1", "--batch", "tasks/small").returncode == 0
    assert run(folder, "gold", "check", "gold/0.1.1").returncode == 0
    compared = run(folder, "gold", "diff", "0.1.0", "gold/0.1.1")
    assert compared.returncode == 0
    assert compared.stdout.startswith("r1 ~ entity GROUP 贫困户 [14:17] is now GROUP 贫困户（２组） [14:21] (D")
    assert "boundary accept (slip): as the text says" in compared.stdout
    assert compared.stdout.splitlines()[-1].startswith("1 changes, 1 new decisions")
    found = json.loads(run(folder, "gold", "diff", "0.1.0", "0.1.1", "--json").stdout)
    assert [one["kind"] for one in found["changes"]] == ["entity"]
    same = run(folder, "gold", "diff", "0.1.1", "0.1.1")
    assert same.stdout == "0 changes, 0 new decisions, 0 new answers\n"


def test_json_of_a_release(folder: Path) -> None:
    """The manifest; of a refusal the reasons, and the exit code says whose fault it is."""
    made = json.loads(run(folder, "gold", "release", "0.2.0", "--batch", "tasks/small", "--dry-run", "--json").stdout)
    assert (made["written"], made["manifest"]["previous"]) == (False, "0.1.0")
    taken = run(folder, *RELEASE, "--json")
    assert (taken.returncode, [one["rule"] for one in json.loads(taken.stdout)["reasons"]]) == (2, ["version"])
    (folder / "tasks" / "small" / ABOUT_FILE).unlink()
    both = run(folder, *RELEASE, "--json")
    assert (both.returncode, [one["rule"] for one in json.loads(both.stdout)["reasons"]]) == (1, ["version", "about"])


def test_other_verbs_read_a_release(folder: Path) -> None:
    """check, check --audit, agree, score, and a release as the prediction."""
    for arguments in (
        ("check", "gold/0.1.0"),
        ("check", "gold/0.1.0", "--audit", "--strict"),
        ("agree", "tasks/small", "--with", "gold=gold/0.1.0"),
        ("score", "gold/0.1.0", "tasks/small/annotations/B"),
        ("score", "gold/0.1.0", "gold/0.1.0"),
    ):
        ran = run(folder, *arguments)
        assert ran.returncode == 0, ran.stderr
    score = json.loads(run(folder, "score", "gold/0.1.0", "tasks/small/annotations/B", "--json").stdout)
    # gold is A: of its 12 entities B has 10, and one with another end; the boundary is wrong and the township missed
    assert score["entities"]["strict"]["counts"]["correct"] == 10


def test_faults_of_a_release(folder: Path) -> None:
    """Exit 1, every fault on a line of stdout."""
    (folder / "gold" / "0.1.0" / "schema.yaml").unlink()
    (folder / "gold" / "0.1.0" / "new.txt").write_text("", encoding="utf-8")
    checked = run(folder, "gold", "check", "0.1.0")
    assert checked.returncode == 1
    assert "error: gold/0.1.0/schema.yaml: missing (files)" in checked.stdout
    assert "error: gold/0.1.0/new.txt: added: the manifest does not know it (files)" in checked.stdout
    faults = json.loads(run(folder, "gold", "check", "0.1.0", "--json").stdout)["faults"]
    assert [one["rule"] for one in faults] == ["files", "files", "schema"]
    (folder / "gold" / "0.1.0" / "manifest.json").write_text("[]", encoding="utf-8")
    broken = run(folder, "gold", "check")
    assert broken.returncode == 1
    assert "n/a" in broken.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("gold", "release", "0.1.0"), 2, "--batch"),
        (("gold", "release", "0.1.0", "--batch", "tasks/smal"), 2, "did you mean 'small'?"),
        (("gold", "release", "0.1.0", "--batch", "gold/0.1.0"), 2, "not a batch"),
        ((*RELEASE, "--date", "yesterday"), 2, "give YYYY-MM-DD"),
        (RELEASE, 2, "gold/0.1.0 exists already, and a release never changes"),
        (("gold", "release", "0.0.9", "--batch", "tasks/small"), 2, "0.0.9 is not newer than the last release, 0.1.0"),
        (("gold", "release", "v2", "--batch", "tasks/small"), 2, "'v2' is no version"),
        (("gold", "check", "0.1.1"), 2, "did you mean '0.1.0'?"),
        (("gold", "check", "tasks/small"), 2, "not a gold release"),
        (("gold", "check", "gold"), 2, "not a gold release"),
        (("gold", "check", "gold/0.1.0/manifest.json"), 2, "not a gold release"),
        (("gold", "check", "\u00a0𠀀"), 2, "not a gold release"),
        (("gold", "diff", "0.1.0"), 2, "NEW"),
        (("gold", "diff", "0.1.0", "0.1.2"), 2, "did you mean '0.1.0'?"),
        (("gold", "publish"), 2, "publish"),
    ],
)
def test_what_cannot_be_used(folder: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    """A message on stderr, the exit code, and nothing written."""
    refused(folder, code, said, *arguments)


def test_before_the_first_release(ready: Path, tmp_path: Path) -> None:
    """There is nothing to check yet, and an unsettled batch is refused with every reason."""
    empty = tmp_path / "empty"
    empty.mkdir()
    refused(empty, 2, "there is no release yet; workbench gold release makes one", "gold", "check")
    batch = project(tmp_path / "open")
    refused(batch.root, 1, "2 reasons against release 0.1.0: 1 date, 1 open", *RELEASE)
    shutil.rmtree(batch.annotations_folder)
    refused(batch.root, 2, "nobody has annotated this batch yet", *RELEASE)


def test_a_place_that_cannot_be_written(ready: Path, tmp_path: Path) -> None:
    """A file where gold/ should be: exit 3, and it stays as it is."""
    folder = Path(shutil.copytree(ready, tmp_path / "project"))
    (folder / "gold").write_text("in the way", encoding="utf-8")
    refused(folder, 3, "cannot be written", *RELEASE)


def test_a_diff_of_a_broken_release(folder: Path) -> None:
    """A missing and a broken file: a message that names it."""
    shutil.copytree(folder / "gold" / "0.1.0", folder / "gold" / "0.2.0")
    (folder / "gold" / "0.2.0" / "decisions" / "r1.json").write_text("{}", encoding="utf-8")
    refused(folder, 1, "gold/0.2.0/decisions/r1.json format: not a file of decisions", "gold", "diff", "0.1.0", "0.2.0")
    (folder / "gold" / "0.2.0" / "annotations" / "r1.json").unlink()
    refused(folder, 2, "gold/0.2.0/annotations/r1.json: no such file", "gold", "diff", "0.1.0", "0.2.0")


def accept_all(batch: Batch) -> None:
    """Accept A everywhere (B where A says nothing of it), until nothing is open."""
    schema = open_schema(batch.schema_name)
    while True:
        entries = open_docket(batch, schema)
        units = [one.unit for entry in entries for one in entry.merged.judged if one.status == "open"]
        if not units:
            return
        lines = []
        for number, one in enumerate(units, 1):
            authors = sorted(author for reading in one.readings for author in reading.authors)
            content = {"unit": one.key, "choice": "accept", "accept": authors[0], "reason": "A", "category": "slip"}
            lines.append(Line(Judgement.model_validate(content), Path("j"), number))
        save(batch, judge(entries, lines, Signature("test", LATER), schema))


def test_the_pilot_at_full_size(tmp_path: Path) -> None:
    """Five reports with A accepted everywhere: refused for its findings, released when they are answered, and whole.

    Gold agrees with A in every entity then, and with B as far as A does.
    """
    shutil.copytree(
        ROOT / "tasks" / "pilot", tmp_path / "tasks" / "pilot", ignore=shutil.ignore_patterns("adjudication")
    )
    batch = Batch.at(tmp_path / "tasks" / "pilot")
    (batch.folder / ABOUT_FILE).write_text(ABOUT, encoding="utf-8")
    accept_all(batch)
    release = ("gold", "release", "0.1.0", "--batch", "tasks/pilot")
    refusal = json.loads(run(tmp_path, *release, "--json").stdout)
    assert {one["rule"] for one in refusal["reasons"]} == {"audit"}
    lines = ({key: one[key] for key in ("doc_id", "finding")} | {"reason": "checked"} for one in refusal["unanswered"])
    content = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (tmp_path / "answers.jsonl").write_text(content, encoding="utf-8")
    assert run(tmp_path, "adjudicate", "tasks/pilot", "--apply", "answers.jsonl", "--as", "test").returncode == 0
    made = json.loads(run(tmp_path, *release, "--json").stdout)
    assert made["written"]
    pairs = {(one["left"], one["right"]): one["measures"] for one in made["manifest"]["agreement"]}
    strict = {names: measures["entity_f1(match=strict)"]["value"] for names, measures in pairs.items()}
    assert strict["gold", "A"] == 1.0
    assert strict["gold", "B"] == strict["A", "B"] > 0.8
    assert sum(made["manifest"]["counts"]["entities"].values()) > 1000
    checked = run(tmp_path, "gold", "check")
    assert (checked.returncode, checked.stdout.split()[-1]) == (0, "0")
    assert run(tmp_path, "check", "gold/0.1.0", "--audit", "--strict").returncode == 0
