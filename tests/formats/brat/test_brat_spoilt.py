"""brat standoff that was spoilt by hand or by program: nothing crashes, hangs, or points at the wrong thing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.formats.brat.test_brat_foreign import TEXT, collection, read_one
from workbench.core.mending import mend
from workbench.corpus.converting import LossRefused, Request, convert
from workbench.corpus.reading import read_annotated

MENTION = "T1\tORG 5 7\t政协\n"


@pytest.mark.parametrize("hand", ['{"frames":null}', '{"frames":5}', '{"items":{"T1":{"score":' + "9" * 400 + "}}}"])
def test_no_remainder_crashes(tmp_path: Path, hand: str) -> None:
    json.loads(hand)
    found = read_one(collection(tmp_path / "c", f"{MENTION}#1\tWorkbench DOC\t{hand}\n"))
    assert found.document is not None
    assert [entity.id for entity in found.document.annotation.entities] == ["T1"]


def test_notes_on_notes_in_any_order_and_in_circles(tmp_path: Path) -> None:
    chain = "".join(f"#{number}\tAnnotatorNotes #{number - 1}\tx\n" for number in range(3000, 1, -1))
    found = read_one(collection(tmp_path / "c", f"{MENTION}{chain}#1\tAnnotatorNotes T1\t好\n"))
    assert all(fault.severity == "warning" for fault in found.faults)
    circle = read_one(collection(tmp_path / "d", f"{MENTION}#1\tA #2\tx\n#2\tA #1\tx\n"))
    assert [fault.message for fault in circle.faults] == ["there is no #2", "there is no #1"]


def test_a_long_broken_line_takes_no_time(tmp_path: Path) -> None:
    found = read_one(collection(tmp_path / "c", f"{MENTION}E1\tX:T1 {'a:b:c ' * 2000}bad\n"))
    assert [fault.line for fault in found.faults] == [2]


def test_two_triggers_of_one_id_are_not_lost_in_silence(tmp_path: Path) -> None:
    found = read_one(collection(tmp_path / "c", f"{MENTION}T1\tACT 16 18\t修路\nE1\tACT:T1\n"))
    assert [fault.line for fault in found.faults] == [3]
    assert found.document is not None
    assert [fault.rule for fault in mend(found.document, repair=False).faults] == ["ids", "ids"]


def test_line_ends_may_be_mixed(tmp_path: Path) -> None:
    found = read_one(collection(tmp_path / "c", f"{MENTION}A1\tmention T1 NAM\r\nT2\tLOC 14 16\t𠀀村\r\n"))
    assert found.faults == ()
    assert found.document is not None
    assert [entity.attributes for entity in found.document.annotation.entities] == [{"mention": "NAM"}, {}]


def test_kept_lines_never_point_at_something_else(tmp_path: Path) -> None:
    """A relation between events keeps its id; one whose event was left out goes, and is told."""
    events = "T2\tACT 16 18\t修路\nT3\tACT 28 29\t修\nE1\tACT:T2\nE2\tACT:T3 cause:E1\n"
    kept = "R2\tCause Arg1:E1 Arg2:E2\nR1\tX Arg1:T1 Arg2:T4\nR1\tX Arg1:T4 Arg2:T1\nT4\tLOC 14 16\t𠀀村\n"
    folder = collection(tmp_path / "c", MENTION + events + kept)
    convert(Request(folder, tmp_path / "out", target_format="brat", repair=True))
    rows = (tmp_path / "out" / "a.ann").read_text(encoding="utf-8").splitlines()
    assert sorted(row.split("\t")[0] for row in rows if row.startswith("R")) == ["R1", "R2", "R3"]
    assert "R2\tCause Arg1:E1 Arg2:E2" in rows
    (document,) = read_annotated(tmp_path / "out")
    assert len(document.annotation.relations) == 2

    faulty = collection(
        tmp_path / "d", MENTION + events.replace("16 18\t修路", "16 18\t市县") + kept.splitlines()[0] + "\n"
    )
    with pytest.raises(LossRefused, match="R2 Cause Arg1:E1 Arg2:E2"):
        convert(Request(faulty, tmp_path / "out2", target_format="brat", skip_faulty=True))
    convert(Request(faulty, tmp_path / "out2", target_format="brat", skip_faulty=True, allow_loss=True))
    (document,) = read_annotated(tmp_path / "out2")
    assert [frame.id for frame in document.annotation.frames] == ["E2"]


def test_a_line_end_read_as_a_blank_is_a_place_too(tmp_path: Path) -> None:
    """`甲 乙` fits across the line end as well as further on, so there is no only place to move it to."""
    found = read_one(collection(tmp_path / "c", "T1\tX 1 4\t甲 乙\n", text="甲\n乙是人，他说甲 乙好"))
    assert found.document is not None
    assert not mend(found.document, repair=True).repairs
    assert "政协" in TEXT
