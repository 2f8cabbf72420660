"""A brat collection with every fault that real ones have, each in a document of its own, and what must come of it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

SOUND = "剑阁县政协協(xié)助𠀀村修路，\u00a0四川省政协捐款２万元。"
"""政协 stands twice, all other words of the cases once; an astral character is at 12."""


class Dirt(NamedTuple):
    """A document: its text and annotations as bytes (None: no such file), and the outcome.

    `line` is where the fault is, `rule` its rule; `repair` is the name of the repair that mends it (None: nothing does)
    and `mended` the places of entities after it. `kept` are the entities that are left with `--skip-faulty` alone.
    """

    text: bytes | None
    annotations: bytes
    line: int | None
    rule: str
    repair: str | None
    mended: dict[str, list[tuple[int, int]]]
    kept: set[str]


def _of(annotations: str, text: str = SOUND) -> tuple[bytes, bytes]:
    return text.encode(), annotations.encode()


_WINDOWS = SOUND.replace("，", "，\r\n") + "\r\n四川省\r\n"
_USUAL = "剑阁县政协帮助贫困村修路，捐款２万元。"
_GOOD = "T9\tLOC 0 3\t剑阁县\n"

DIRT: dict[str, Dirt] = {
    "text-differs-once": Dirt(
        *_of(f"{_GOOD}T1\tMONEY 2 5\t２万元\n"), 2, "text", "moved", {"T9": [(0, 3)], "T1": [(25, 28)]}, {"T9"}
    ),
    "text-differs-twice": Dirt(*_of(f"{_GOOD}T1\tORG 7 9\t政协\n"), 2, "text", None, {"T9": [(0, 3)]}, {"T9"}),
    "id-twice": Dirt(
        *_of("T1\tLOC 0 3\t剑阁县\nT1\tLOC 12 14\t𠀀村\n"),
        1,
        "ids",
        "renumbered",
        {"T1": [(0, 3)], "T2": [(12, 14)]},
        set(),
    ),
    "id-twice-referred": Dirt(
        *_of(f"{_GOOD}T1\tLOC 0 3\t剑阁县\nT1\tLOC 12 14\t𠀀村\nR1\tX Arg1:T1 Arg2:T9\n"),
        2,
        "ids",
        None,
        {"T9": [(0, 3)]},
        {"T9"},
    ),
    "line-twice": Dirt(*_of(f"{_GOOD}{_GOOD}"), 1, "ids", "repeated", {"T9": [(0, 3)]}, set()),
    "missing-end": Dirt(*_of(f"{_GOOD}R1\tX Arg1:T9 Arg2:T8\n"), 2, "ends", None, {"T9": [(0, 3)]}, {"T9"}),
    "line-ends": Dirt(
        *_of("T1\tMONEY 26 29\t２万元\nT2\tLOC 31 34\t四川省\n", _WINDOWS),
        1,
        "text",
        "line-ends",
        {"T1": [(27, 30)], "T2": [(33, 36)]},
        set(),
    ),
    "byte-order-mark": Dirt(
        "\ufeff".encode() + SOUND.encode(),
        "T1\tLOC 1 4\t剑阁县\nT2\tLOC 13 15\t𠀀村\n".encode(),
        1,
        "encoding",
        "byte-order-mark",
        {"T1": [(0, 3)], "T2": [(12, 14)]},
        set(),
    ),
    "utf16": Dirt(
        *_of("T1\tLOC 0 3\t剑阁县\nT2\tACT 15 17\t修路\nT3\tMONEY 26 29\t２万元\n"),
        2,
        "text",
        "utf16",
        {"T1": [(0, 3)], "T2": [(14, 16)], "T3": [(25, 28)]},
        {"T1"},
    ),
    "inclusive-ends": Dirt(
        *_of("T1\tLOC 0 2\t剑阁县\nT2\tORG 3 4\t政协\n"),
        1,
        "text",
        "inclusive-end",
        {"T1": [(0, 3)], "T2": [(3, 5)]},
        set(),
    ),
    "hull": Dirt(
        *_of(f"{_GOOD}T1\tORG 0 5\t剑阁 政协\nT2\tACT 5 12\t協 助\n"),
        2,
        "text",
        "hull",
        {"T9": [(0, 3)], "T1": [(0, 2), (3, 5)], "T2": [(5, 6), (11, 12)]},
        {"T9"},
    ),
    "begin-after-end": Dirt(
        *_of(f"{_GOOD}T1\tLOC 14 12\t𠀀村\n"), 2, "offsets", "reversed", {"T9": [(0, 3)], "T1": [(12, 14)]}, {"T9"}
    ),
    "past-the-end": Dirt(
        *_of(f"{_GOOD}T1\tLOC 913 915\t𠀀村\n"), 2, "offsets", "moved", {"T9": [(0, 3)], "T1": [(12, 14)]}, {"T9"}
    ),
    "other-spelling": Dirt(
        *_of(f"{_GOOD}T1\tMONEY 25 28\t2万元\n"), 2, "text", "surface", {"T9": [(0, 3)], "T1": [(25, 28)]}, {"T9"}
    ),
    "fragments-out-of-order": Dirt(
        *_of(f"{_GOOD}T1\tORG 3 5;0 2\t剑阁 政协\n"),
        2,
        "offsets",
        "fragments",
        {"T9": [(0, 3)], "T1": [(0, 2), (3, 5)]},
        {"T9"},
    ),
    "no-standoff": Dirt(*_of(f"{_GOOD}T1 LOC 12 14 𠀀村\n"), 2, "standoff", None, {"T9": [(0, 3)]}, {"T9"}),
    "no-text": Dirt(None, _GOOD.encode(), None, "files", None, {}, set()),
    "gb18030": Dirt(
        _USUAL.encode("gb18030"), _GOOD.encode("gb18030"), 1, "encoding", "encoding", {"T9": [(0, 3)]}, set()
    ),
}


def write_dirty_collection(folder: Path) -> None:
    """Write all documents, and a sound one."""
    folder.mkdir(parents=True)
    (folder / "sound.txt").write_bytes(SOUND.encode())
    (folder / "sound.ann").write_bytes(_GOOD.encode())
    for name, dirt in DIRT.items():
        if dirt.text is not None:
            (folder / f"{name}.txt").write_bytes(dirt.text)
        (folder / f"{name}.ann").write_bytes(dirt.annotations)
