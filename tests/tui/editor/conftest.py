"""A hand on a small document with everything that makes Chinese text hard, and one on a real report."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.editor.hands import Hand, hand_on
from workbench.annotation.session import Place, Session
from workbench.annotation.store import Actor, Store, find_address
from workbench.corpus.tasks import Batch

TEXT = (
    "永州市政协向紫云村捐赠(２１０万元)。\u00a0永州市政协主席会议、政協(xié)委员𠮷到紫云村走访，"
    "帮扶𠀀贫困户5户。\n永州市政协👨‍👩‍👧组织春联e\u0301万家活动;\t紫云村脱贫。\n"
)


@pytest.fixture
def hand(tmp_path: Path) -> Iterator[Hand]:
    """A hand on a small document, with nothing suggested."""
    with hand_on(tmp_path, TEXT) as made:
        yield made


@pytest.fixture
def report(tmp_path: Path) -> Iterator[Hand]:
    """A hand on report 001 of the pilot batch, with nothing suggested."""
    shutil.copytree("tasks", tmp_path / "tasks")
    with Store.open(find_address(tmp_path, str(tmp_path / "work.db"), {})) as store:
        place = Place(store, Batch.open(tmp_path, "pilot"), Actor("甲", "test"))
        session = Session.open(place, "001_2eaf3ca91964d258")
        try:
            yield Hand(session, tmp_path)
        finally:
            session.close()
