"""The verbs that talk to Label Studio, as programs: what they say when it refuses, and that they may be killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.annotation.label_studio.elsewhere import PAGE, check_secrets, elsewhere
from tests.annotation.label_studio.projects import Site, annotation_of, make_site, write_annotation
from tests.annotation.label_studio.proxy import FaultProxy
from tests.annotation.label_studio.serving import LabelStudio
from workbench.core.errors import ExitCode

WRONG = "fedcba9876543210fedcba9876543210fedcba98"


def start(site: Site, *arguments: str, url: str, token: str) -> subprocess.Popen[str]:
    """Start `workbench studio` in the batch's project."""
    return subprocess.Popen(
        [sys.executable, "-m", "workbench", "studio", *arguments],
        cwd=site.batch.root,
        env={**os.environ, "LABEL_STUDIO_URL": url, "LABEL_STUDIO_API_KEY": token},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    ("verb", "where", "words"),
    [
        ("push", "down", "is the server running"),
        ("pull", "page", "/api begins"),
        ("status", "here", "Account & Settings"),
        ("push", "here", "Account & Settings"),
    ],
)
def test_a_refusal_is_a_sentence_and_exit_code_3(
    verb: str, where: str, words: str, tmp_path: Path, label_studio: LabelStudio
) -> None:
    site = make_site(tmp_path, label_studio, documents=1)
    with closing(socket.socket()) as unheard, elsewhere(200, "text/html", f"{PAGE}{{said}}") as page:
        unheard.bind(("127.0.0.1", 0))
        url = {"down": f"http://127.0.0.1:{unheard.getsockname()[1]}", "page": page}.get(where, label_studio.url)
        with start(site, verb, site.batch.name, url=url, token=WRONG) as ran:
            out, said = ran.communicate(timeout=60)
    assert (ran.returncode, out) == (ExitCode.ENVIRONMENT, ""), said
    assert said.startswith(f"workbench: {url}")
    assert words in said
    assert len(said.splitlines()) == 1
    check_secrets(said, WRONG)


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGINT])
def test_a_push_that_is_ended_half_way_goes_on(tmp_path: Path, label_studio: LabelStudio, by: signal.Signals) -> None:
    """Ended while tasks are imported, and again while annotations are sent."""
    with FaultProxy(label_studio.url) as proxy:
        site = make_site(tmp_path, label_studio, documents=4, url=proxy.url)
        for doc_id in site.batch.document_ids():
            write_annotation(site.batch, annotation_of(site.batch, doc_id))
        arguments = ("push", site.batch.name, "--annotations", "A")
        for path, count in (("import?", 1), ("/annotations/", 2)):
            fault = proxy.fail("POST", path.replace("?", r"\?"), "slow", after=count - 1, seconds=1)
            with start(site, *arguments, url=proxy.url, token=label_studio.token) as ran:
                while not fault.happened and ran.poll() is None:
                    time.sleep(0.02)
                ran.send_signal(by)
                out, said = ran.communicate(timeout=60)
            assert ran.returncode == (ExitCode.INTERRUPTED if by is signal.SIGINT else -by), said
            assert out == ""
            assert "Traceback" not in said
            proxy.settle()
        with start(site, *arguments, url=proxy.url, token=label_studio.token) as ran:
            out, said = ran.communicate(timeout=60)
        assert (ran.returncode, said) == (ExitCode.FINE, "")
        assert [len(task["annotations"]) for task in site.tasks()] == [1, 1, 1, 1]
        assert sum(site.push("A").counts.values()) == 0
