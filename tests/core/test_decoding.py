"""Bytes of other encodings: read only when they can be nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.core.decoding import decode_foreign

SIMPLIFIED = "四川省政协组织委员到剑阁县开展帮扶活动，捐款２万元，修路三公里。"
TRADITIONAL = "四川省政協組織委員到劍閣縣開展幫扶活動，捐款２萬元，修路三公里。"
JAPANESE = "これは日本語の文章です。政治協商会議について書きます。カタカナも。"
FILE = Path("x.txt")


@pytest.mark.parametrize(
    "content",
    [SIMPLIFIED.encode("gb18030"), f"T1\tLOC 0 3\t{SIMPLIFIED}\n".encode("gb18030")],
)
def test_usual_chinese_in_gb_18030_is_read(content: bytes) -> None:
    refused = decode_foreign(content, FILE, repair=False)
    assert (refused.text, [fault.rule for fault in refused.faults]) == (None, ["encoding"])
    found = decode_foreign(content, FILE, repair=True)
    assert found.text == content.decode("gb18030")
    assert [repair.name for repair in found.repairs] == ["encoding"]


@pytest.mark.parametrize("mark", ["utf-16"])
def test_utf_16_says_so_by_its_mark(mark: str) -> None:
    assert decode_foreign("政协𠀀😀".encode(mark), FILE, repair=True).text == "政协𠀀😀"


@pytest.mark.parametrize(
    "content",
    [
        TRADITIONAL.encode("big5"),
        "四川".encode("big5"),
        "대한민국 정부는 오늘 회의를 열었다".encode("euc_kr"),
        "DÉÇU et tout".encode("latin1"),
        JAPANESE.encode("shift_jis"),
        "Jürgen Müller geht über die Straße".encode("latin1"),
        SIMPLIFIED.encode()[:-1],
        SIMPLIFIED.encode() + b"\xff",
        f"{SIMPLIFIED}\0".encode("gb18030"),
    ],
)
def test_what_may_be_something_else_is_left_alone(content: bytes) -> None:
    """Big5, Shift JIS, Latin letters and damaged UTF-8 decode as GB 18030 too, to nonsense."""
    found = decode_foreign(content, FILE, repair=True)
    assert (found.text, found.repairs) == (None, ())
    assert [fault.rule for fault in found.faults] == ["encoding"]


def test_few_characters_prove_nothing_by_themselves() -> None:
    content = "剑阁县".encode("gb18030")
    assert decode_foreign(content, FILE, repair=True).text is None
    assert decode_foreign(content, FILE, repair=True, proved=True).text == "剑阁县"


def test_a_mark_is_taken_away_and_told() -> None:
    found = decode_foreign(b"\xef\xbb\xbf" + "政\u00a0协".encode(), FILE, repair=True, line=7)
    assert (found.text, found.marked) == ("政\u00a0协", True)
    assert [(repair.name, repair.line) for repair in found.repairs] == [("byte-order-mark", 7)]


def test_lines_are_counted_from_where_the_bytes_stand() -> None:
    (fault,) = decode_foreign(b"a\nb\xff", FILE, repair=False, line=5).faults
    assert fault.line == 6
