"""The schema whose label keys the keymaps are made with."""

from __future__ import annotations

import pytest

from schemas import Schema, load


@pytest.fixture(scope="session")
def schema() -> Schema:
    """The installed schema: 18 entity types and 4 frames with letters."""
    return load("cppcc_poverty")
