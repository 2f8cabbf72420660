"""workbench agree: tables, JSON and page of a batch, with others beside its annotators, and mistakes that are named."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.program import run
from tests.cli.test_bad_input import refused

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the pilot batch, and one that only A has annotated."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("pilot", "solo"):
        batch = folder / "tasks" / name
        shutil.copytree(ROOT / "tasks" / "pilot" / "documents", batch / "documents")
        for author in "AB" if name == "pilot" else "A":
            shutil.copytree(ROOT / "tasks" / "pilot" / "annotations" / author, batch / "annotations" / author)
        settings = (ROOT / "tasks" / "pilot" / "batch.toml").read_text("utf-8")
        (batch / "batch.toml").write_text(settings.replace('"pilot"', f'"{name}"'), encoding="utf-8")
    return folder


def test_the_pilot(tmp_path: Path) -> None:
    """The two real passes agree on most entities; tables, JSON and page have the same numbers, and gamma, alpha_U."""
    page = tmp_path / "agreement.html"
    options = ("agree", "tasks/pilot", "--annotators-only", "--gamma", "--alpha-u")
    printed = json.loads(run(ROOT, *options, "--json", "--html", str(page)).stdout)
    (pair,) = printed["pairs"]
    assert (pair["annotators"], pair["documents"]) == (["A", "B"], 5)
    strict = pair["measures"]["entity_f1(match=strict)"]
    assert 0.8 < strict["interval"]["low"] < strict["value"] < strict["interval"]["high"] <= 1
    assert pair["measures"]["entity_f1(match=type)"]["value"] > strict["value"]
    given, whole = (pair["measures"][f"relation_f1(match={match})"]["value"] for match in ("given_entities", "strict"))
    assert given > whole
    assert 0.9 < pair["types"]["entities"]["kappa"] <= 1
    assert 0.8 < pair["gamma"]["value"] < 1
    assert set(pair["gamma"]["documents"]) == set(pair["doc_ids"])
    assert pair["alpha_u"]["warning"]
    assert {row["attribute"] for row in pair["attributes"]} >= {"mention", "level", "realis"}
    table = run(ROOT, *options)
    assert table.stdout.startswith("A and B, 5 documents\n")
    for shown in (f"{100 * strict['value']:.2f}", f"{pair['gamma']['value']:.3f}", pair["signature"]):
        assert shown in table.stdout
        assert shown in page.read_text("utf-8")


def test_an_adjudicated_batch_is_compared_with_its_outcome() -> None:
    """Beside A and B stands gold; it agrees with each better than they with each other, and is in no mean."""
    printed = json.loads(run(ROOT, "agree", "tasks/pilot", "--json").stdout)
    strict = {
        frozenset(pair["annotators"]): pair["measures"]["entity_f1(match=strict)"]["value"] for pair in printed["pairs"]
    }
    before = strict.pop(frozenset("AB"))
    assert strict.keys() == {frozenset(("A", "gold")), frozenset(("B", "gold"))}
    assert all(after > before for after in strict.values())
    assert printed["added"] == ["gold"]
    assert "gold" not in json.dumps(printed.get("mean"))


def test_others_beside_the_annotators(project: Path) -> None:
    """A batch of one annotator is compared with what is named; A's own file agrees with A; there is no mean."""
    ran = run(
        project,
        "agree",
        "tasks/solo",
        "--with",
        "gold=tasks/pilot/annotations/A",
        "--with",
        "B=tasks/pilot/annotations/B",
        "--json",
    )
    printed = json.loads(ran.stdout)
    assert (printed["annotators"], printed["added"]) == (["A"], ["gold", "B"])
    assert [pair["annotators"] for pair in printed["pairs"]] == [["gold", "A"], ["B", "A"], ["gold", "B"]]
    assert printed["pairs"][0]["measures"]["relation_f1(match=strict)"]["value"] == 1.0
    assert "mean" not in printed
    table = run(project, "agree", "tasks/solo", "--with", "gold=tasks/pilot/annotations/A", "--layers", "relations")
    assert table.stdout.startswith("gold and A, 5 documents\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("tasks/pilto",), "did you mean 'pilot'?"),
        (("nothing",), "not a batch"),
        (("tasks/solo",), "only A has annotated it; --with NAME=PATH"),
        (("tasks/solo", "--with", "gold"), "'gold' is not NAME=PATH"),
        (("tasks/solo", "--with", "A=tasks/pilot/annotations/A"), "A is an annotator of this batch"),
        (("tasks/solo", "--with", "a/b=x"), "no possible annotator name"),
        (("tasks/solo", "--with", "x=gold/9", "--with", "y=tasks/nothing"), "tasks/nothing: no such file"),
        (("tasks/pilot", "--types", "ORGG"), "did you mean 'ORG'?"),
        (("tasks/pilot", "--documents", "zzz"), "no document 'zzz'"),
        (("tasks/pilot", "--html", "tasks/pilot/page.html"), "part of what is read"),
    ],
)
def test_mistakes_are_named(project: Path, arguments: tuple[str, ...], said: str) -> None:
    """A wrong name, path or option: what is wrong and what to do, exit code 2, nothing written."""
    refused(project, 2, said, "agree", *arguments)


def test_all_mistakes_at_once(project: Path) -> None:
    """Every wrong --with is named, and so is every path that leads nowhere."""
    ran = run(project, "agree", "tasks/solo", "--with", "q", "--with", "A=x", "--with", "r=y", "--with", "r=z")
    assert [part in ran.stderr for part in ("'q'", "A is an annotator", "r names two paths")] == [True] * 3
    ran = run(project, "agree", "tasks/solo", "--with", "x=gold/9", "--with", "y=tasks/nothing")
    assert "gold/9: no such file" in ran.stderr
    assert "tasks/nothing: no such file" in ran.stderr


def test_faulty_data_beside_the_annotators(project: Path) -> None:
    """What is no annotation, and annotations of another text, are faults by place."""
    refused(project, 1, "not an annotation file", "agree", "tasks/pilot", "--with", "r=tasks/pilot/documents")
    other = project / "other.jsonl"
    line = {"doc_id": "000_a86c24ec13605f7f", "text": "政协", "entities": []}
    other.write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")
    refused(project, 1, "of r is of another text", "agree", "tasks/pilot", "--with", "r=other.jsonl")
