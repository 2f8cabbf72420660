"""Every test runs without deadlines (machines are noisy), reproducibly, and away from the developer's own files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("workbench", deadline=None, derandomize=True, database=None)
settings.load_profile("workbench")

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of the five real reports."""
    return ROOT / "seeds"


@pytest.fixture(scope="session")
def received() -> Path:
    """The folder of the two received annotation passes."""
    return ROOT / "tasks" / "pilot" / "received"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that the test runs in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than processors: many tests wait for a browser, a terminal or a server."""
    return (os.cpu_count() or 1) + 1
