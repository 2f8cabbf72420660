"""Word boundaries and pinyin initials of clean texts: a derived index, rebuilt whenever it is missing or unusable.

The index is kept in `.workbench/index/` under the hash of the text it belongs to. Reading it needs neither the
segmenter nor the pinyin tables.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from workbench.core.errors import FaultyData, UsageMistake
from workbench.core.files import canonical_json, read_json, write_text
from workbench.core.records import Document, text_hash
from workbench.corpus.characters import HAN, is_han

INDEX_VERSION = 1
"""Changes when an index is computed or written differently."""

_HAN_RUN = re.compile(f"[{HAN}]+")
_NO_INITIAL = " "


class WordIndex(NamedTuple):
    """What word-wise movement and pinyin search need to know of a text.

    `boundaries` are the positions where words begin and end, in order, 0 and the length of the text included.
    `initials` has one entry per character: the first letter of a Chinese character's reading in its context, an ASCII
    letter or digit itself in lower case, else an empty string.
    """

    text_sha256: str
    boundaries: tuple[int, ...]
    initials: tuple[str, ...]


def build_index(text: str) -> WordIndex:
    """Segment a text into words and find the initial of every character."""
    return WordIndex(text_hash(text), tuple(_boundaries(text)), tuple(_initials(text)))


def index_path(root: Path, text_sha256: str) -> Path:
    """Where the index of a text is kept; `root` is the folder that contains `tasks/`."""
    return root / ".workbench" / "index" / f"{text_sha256}.json"


def load_index(root: Path, text_sha256: str) -> WordIndex | None:
    """Read an index; None when there is none that can be used.

    Raises:
        EnvironmentFailure: it may not be read.
    """
    try:
        return _parsed(read_json(index_path(root, text_sha256)), text_sha256)
    except (UsageMistake, FaultyData):
        return None


def ensure_index(root: Path, document: Document) -> WordIndex:
    """Read the index of a document; build and keep it when it is missing, damaged or of another version.

    Raises:
        EnvironmentFailure: the index folder is not writable.
    """
    index = load_index(root, document.text_sha256)
    if index is None or len(index.initials) != len(document.text):
        index = build_index(document.text)
        write_text(index_path(root, document.text_sha256), _dump(index))
    return index


def _dump(index: WordIndex) -> str:
    return canonical_json(
        {
            "version": INDEX_VERSION,
            "text_sha256": index.text_sha256,
            "boundaries": index.boundaries,
            "initials": "".join(initial or _NO_INITIAL for initial in index.initials),
        }
    )


def _parsed(content: Any, text_sha256: str) -> WordIndex | None:
    if not isinstance(content, dict) or content.get("version") != INDEX_VERSION:
        return None
    boundaries, initials = content.get("boundaries"), content.get("initials")
    if content.get("text_sha256") != text_sha256 or not isinstance(initials, str) or not isinstance(boundaries, list):
        return None
    if any(type(position) is not int for position in boundaries):
        return None
    ends = (boundaries[0], boundaries[-1]) if boundaries else None
    rising = all(left < right for left, right in pairwise(boundaries))
    if ends != (0, len(initials)) or not rising:
        return None
    letters = (initial.strip() for initial in initials)
    return WordIndex(text_sha256, tuple(boundaries), tuple(letters))


def _boundaries(text: str) -> Iterator[int]:
    from rjieba import cut

    yield 0
    position = 0
    for word in cut(text):
        position += len(word)
        yield position


def _initials(text: str) -> Iterator[str]:
    position = 0
    for run in _HAN_RUN.finditer(text):
        yield from map(_own_initial, text[position : run.start()])
        yield from _run_initials(run[0])
        position = run.end()
    yield from map(_own_initial, text[position:])


def _own_initial(character: str) -> str:
    return character.lower() if character.isascii() and character.isalnum() else ""


def _run_initials(run: str) -> list[str]:
    """Initials of Chinese characters, read together so that 重庆 and 重要 get their own 重."""
    from pypinyin import Style, lazy_pinyin

    # Characters without a known reading come back as one string per stretch of them.
    read = (initial for part in lazy_pinyin(run, style=Style.FIRST_LETTER) for initial in _one_each(part))
    return [_letter(initial) for initial in read]


def _one_each(part: str) -> list[str]:
    return list(part) if is_han(part[:1]) else [part]


def _letter(initial: str) -> str:
    plain = unicodedata.normalize("NFD", initial[:1]).lower()[:1]
    return plain if plain.isascii() and plain.isalpha() and not is_han(plain) else ""
