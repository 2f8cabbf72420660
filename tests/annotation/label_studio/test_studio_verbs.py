"""workbench studio push, pull and status at the command line, against a real Label Studio."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.annotation.batches import write_document
from tests.annotation.label_studio.projects import Site, annotation_of, make_site, write_annotation
from tests.annotation.label_studio.serving import LabelStudio
from tests.cli.program import PROGRAM, run
from workbench.annotation.label_studio.login import TOKEN_VARIABLE, URL_VARIABLE


@pytest.fixture
def site(tmp_path: Path, label_studio: LabelStudio) -> Site:
    made = make_site(tmp_path, label_studio, 2)
    write_annotation(made.batch, annotation_of(made.batch, "d00"))
    return made


def studio(site: Site, verb: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    own = {URL_VARIABLE: site.url, TOKEN_VARIABLE: site.server.token}
    ran = run(site.batch.root, "studio", verb, site.batch.name, *arguments, **{**own, **more})
    assert site.server.token not in ran.stdout + ran.stderr
    return ran


def change_there(site: Site) -> None:
    """Delete the relations of the first annotation."""
    _, number = site.annotations()[0]
    result = site.server.get(f"/api/annotations/{number}/")["result"]
    left = [one for one in result if one["type"] != "relation"]
    site.server.patch(f"/api/annotations/{number}/", {"result": left})


def test_push_then_push_again_then_pull(site: Site) -> None:
    first = studio(site, "push", "--annotations", "A")
    assert first.returncode == 0, first.stderr
    assert "2 tasks; 2 tasks imported, 1 annotations sent" in first.stdout
    assert studio(site, "push", "--annotations", "A").stdout.strip().endswith("2 tasks; nothing had changed")
    said: dict[str, Any] = json.loads(studio(site, "push", "--json").stdout)
    assert (said["tasks"], said["tasks_imported"], said["conflicts"]) == (2, 0, [])
    before = site.file("A", "d00").read_bytes()
    pulled = studio(site, "pull")
    assert "0 files written; 1 same" in pulled.stdout
    assert site.file("A", "d00").read_bytes() == before


def test_status_says_what_to_do_next(site: Site) -> None:
    studio(site, "push", "--annotations", "A")
    change_there(site)
    write_document(site.batch, "d02", "新 𠮷")
    shown = studio(site, "status").stdout
    assert "documents: 3, pushed: 2" in shown
    assert "not pushed: d02" in shown
    assert "newer there: d00 by A" in shown
    record = json.loads(studio(site, "status", "--json").stdout)
    assert record["annotators"] == [
        {"name": "A", "annotations": 1, "drafts": 0, "skipped": 0, "standings": {"newer there": 1}}
    ]


def test_a_conflict_is_told_and_decided(site: Site) -> None:
    studio(site, "push", "--annotations", "A")
    change_there(site)
    own = annotation_of(site.batch, "d00")
    write_annotation(site.batch, own.model_copy(update={"frames": (), "relations": own.relations[:1]}))
    before = site.file("A", "d00").read_bytes()
    pulled = studio(site, "pull")
    assert pulled.returncode == 1
    assert "left alone: d00 by A: the file here and the annotation there have both been changed" in pulled.stderr
    assert "  only there: ASSIST '捐赠' at 17" in pulled.stderr
    assert site.file("A", "d00").read_bytes() == before
    assert json.loads(studio(site, "pull", "--json").stdout)["conflicts"][0]["annotator"] == "A"
    pushed = studio(site, "push", "--annotations", "A")
    assert pushed.returncode == 1
    assert "--overwrite" in pushed.stderr
    assert studio(site, "push", "--annotations", "A", "--overwrite").returncode == 0
    assert "1 same" in studio(site, "pull").stdout


def test_watching_pulls_what_comes_and_ends_with_control_c(site: Site) -> None:
    studio(site, "push", "--annotations", "A")
    arguments = [sys.executable, "-c", PROGRAM, "studio", "pull", site.batch.name, "--watch", "1"]
    with subprocess.Popen(
        arguments,
        cwd=site.batch.root,
        env={**os.environ, URL_VARIABLE: site.url, TOKEN_VARIABLE: site.server.token, "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as watching:
        assert watching.stdout is not None
        assert "1 same" in watching.stdout.readline()
        before = site.file("A", "d00").read_bytes()
        change_there(site)
        assert "1 files written; 1 newer there" in watching.stdout.readline()
        assert site.file("A", "d00").read_bytes() != before
        time.sleep(0.2)
        watching.send_signal(signal.SIGINT)
        _, said = watching.communicate(timeout=60)
    assert watching.returncode == 130
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("arguments", "variables", "code", "said"),
    [
        (["--suggest", "rulse"], {}, 2, "no predictions by 'rulse'"),
        (["--annotations", "Z"], {}, 2, "known: A"),
        (["--new", "--project", "3"], {}, 2, "exclude each other"),
        (["--url", "nowhere"], {}, 2, "no address"),
        ([], {URL_VARIABLE: "http://127.0.0.1:9"}, 3, "is the server running"),
        ([], {TOKEN_VARIABLE: "f" * 40}, 3, "the token is not taken"),
        (["--project", "987654"], {}, 3, "no project 987654"),
    ],
)
def test_mistakes_are_sentences(
    arguments: list[str], variables: dict[str, str], code: int, said: str, site: Site
) -> None:
    ran = studio(site, "push", *arguments, **variables)
    assert ran.returncode == code, ran.stderr
    assert said in ran.stderr
    assert ran.stdout == ""


def test_without_a_login_the_next_step_is_named(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in (URL_VARIABLE, TOKEN_VARIABLE):
        monkeypatch.delenv(variable, raising=False)
    ran = run(site.batch.root, "studio", "pull", site.batch.name)
    assert ran.returncode == 2
    assert "workbench studio up" in ran.stderr
