"""Text from files that others wrote: UTF-8, or what a named repair can make of it."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from workbench.core.errors import Fault, FaultyData
from workbench.core.files import SPREAD, decode, read_bytes, reading
from workbench.core.mending import Repair

_WIDE = {codecs.BOM_UTF16_LE: "UTF-16 (little-endian)", codecs.BOM_UTF16_BE: "UTF-16 (big-endian)"}


_JSON_SPACE = " \t\r\n"
_FEWEST = 8
"""Fewer characters than this can be anything."""

_SURE = 0.9
"""The share of usual characters from which on bytes are taken for Chinese in GB 18030."""


class DecodedText(NamedTuple):
    """The content of a file, or None with the faults that say why not.

    `marked` tells that a byte order mark stood before it and was removed.
    """

    text: str | None
    marked: bool = False
    faults: tuple[Fault, ...] = ()
    repairs: tuple[Repair, ...] = ()


def read_foreign_text(path: Path, repair: bool, proved: bool = False) -> DecodedText:
    """Read a file as UTF-8; with `repair`, also without its byte order mark, from UTF-16 with a mark, or from GB 18030.

    GB 18030 is read where the bytes can hardly be anything else, or where it is `proved` by a file that belongs to it.

    Raises:
        UsageMistake: there is no such file.
        EnvironmentFailure: it may not be read.
    """
    return decode_foreign(read_bytes(path), path, repair, proved=proved)


def foreign_lines(path: Path, repair: bool) -> Iterator[tuple[int, DecodedText]]:
    """Yield the number and the content of each line, with its end, holding one at a time; see `read_foreign_text`."""
    with reading(path), path.open("rb") as file:
        for number, line in enumerate(file, 1):
            yield number, decode_foreign(line, path, repair, number)


def foreign_json_lines(path: Path, repair: bool) -> Iterator[tuple[int, DecodedText]]:
    """The lines of a file of JSON lines, without blank ones and without the white space around them.

    Raises:
        UsageMistake: there is no such file.
        EnvironmentFailure: it may not be read.
        FaultyData: it spreads an object over several lines.
    """
    begun = False
    for number, decoded in foreign_lines(path, repair):
        content = (decoded.text or "").strip(_JSON_SPACE)
        if not content and not decoded.faults:
            continue
        if not begun and content in ("{", "["):
            raise FaultyData([Fault(SPREAD, source=path, line=number, rule="json")])
        begun = True
        yield number, decoded if decoded.faults else decoded._replace(text=content)


def decode_foreign(content: bytes, path: Path, repair: bool, line: int = 1, proved: bool = False) -> DecodedText:
    """Decode a file, or one of its lines, which then begins at `line`; see `read_foreign_text`."""
    try:
        return DecodedText(decode(content, path))
    except FaultyData as error:
        found = _repaired(content, path, line, proved) if repair else None
        faults = tuple(fault._replace(line=(fault.line or 1) + line - 1) for fault in error.faults)
        return found or DecodedText(None, faults=faults)


def _repaired(content: bytes, path: Path, line: int, proved: bool) -> DecodedText | None:
    marked = content.startswith(codecs.BOM_UTF8)
    repairs = [Repair("byte-order-mark", "removed", source=path, line=line)] if marked else []
    try:
        return DecodedText(decode(content.removeprefix(codecs.BOM_UTF8), path), marked, repairs=tuple(repairs))
    except FaultyData:
        pass
    mark = content[:2]
    name, encoding = (_WIDE[mark], "utf-16") if mark in _WIDE else ("GB 18030", "gb18030")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    if "\0" in text or (encoding == "gb18030" and not (proved or _is_gb18030(content, text))):
        return None
    return DecodedText(text, repairs=(Repair("encoding", f"read as {name}", source=path, line=line),))


def _is_gb18030(content: bytes, text: str) -> bool:
    """Tell whether bytes can be nothing else: nearly all of what they say is usual Chinese, and no rival says as much.

    Bytes of Big5, Shift JIS, Latin letters or damaged UTF-8 often decode as GB 18030 too, to rare characters.
    """
    others = "".join(character for character in content.decode(errors="ignore") if character > "\u2e7f")
    if 10 * len(others) > len(text):  # whole characters of UTF-8 by chance are few
        return False
    if sum(character > "\u2e7f" for character in text) < _FEWEST:
        return False
    share = _usual_share(text, "gb2312", range(0xA1, 0xD8))
    rivals = (("big5", range(0xA1, 0xC7)), ("shift_jis", range(0x81, 0x98)), ("euc_kr", range(0xB0, 0xC9)))
    return share >= _SURE and all(_rival_share(content, *rival) < share for rival in rivals)


def _usual_share(text: str, encoding: str, rows: range) -> float:
    """The share of characters outside of ASCII that a character set has in its rows of usual ones."""
    spoken = [character for character in text if not character.isascii()]
    if not spoken:
        return 0.0
    found = (character.encode(encoding, errors="ignore") for character in spoken)
    return sum(bool(code) and code[0] in rows for code in found) / len(spoken)


def _rival_share(content: bytes, encoding: str, rows: range) -> float:
    try:
        return _usual_share(content.decode(encoding), encoding, rows)
    except UnicodeDecodeError:
        return 0.0
