"""The texts of the five reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.corpus.tasks import Batch

ROOT = Path(__file__).parent.parent.parent.parent


@pytest.fixture(scope="session")
def reports() -> list[str]:
    """Clean texts of the pilot batch."""
    return [document.text for document in Batch.open(ROOT, "pilot").documents()]
