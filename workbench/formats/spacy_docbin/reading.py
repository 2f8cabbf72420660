"""A DocBin, document by document: each is read for itself, so that a faulty one does not spoil the others."""

from __future__ import annotations

import gc
import re
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from workbench.core.errors import Fault, FaultyData
from workbench.core.files import read_bytes
from workbench.formats.contract import ReadDocument, ReadSettings, Sample
from workbench.formats.spacy_docbin.documents import document_of
from workbench.formats.spacy_docbin.library import FORMAT, spacy_module

__all__ = ["FORMAT", "read", "recognise"]

_ZLIB = b"\x78"
_LOOK = 1024
_BEGIN = re.compile(
    rb"(?:[\x80-\x8f]|\xde..)(?:\xa7version[\xa0-\xbf].{0,31}?)?\xa5attrs[\x90-\x9f\xdc].*?\xa6tokens", re.DOTALL
)
"""A map of msgpack whose first keys are a DocBin's."""

_NEEDED = ("ORTH", "ENT_IOB", "ENT_TYPE", "ENT_KB_ID", "ENT_ID")
_UNREADABLE = (
    *(ValueError, TypeError, LookupError, AttributeError, AssertionError, ArithmeticError),
    *(RecursionError, NotImplementedError, struct.error),
)
"""What spaCy raises for content that it did not write: it checks nothing."""


def recognise(sample: Sample) -> bool:
    """Tell whether a file is compressed and begins as a DocBin does; spaCy is not needed for that."""
    if not sample.head.startswith(_ZLIB):
        return False
    try:
        begin = zlib.decompressobj().decompress(sample.head, _LOOK)
    except zlib.error:
        return False
    return _BEGIN.match(begin) is not None


def read(path: Path, settings: ReadSettings) -> Iterator[ReadDocument]:
    """Read a file, which is in memory as a whole.

    Raises:
        UsageMistake: there is no such file.
        FaultyData: it is no DocBin, or cut short.
    """
    del settings
    tokens, vocab = spacy_module("spacy.tokens"), spacy_module("spacy.vocab")
    content = read_bytes(path)
    try:
        with _tidy():
            docs = tokens.DocBin().from_bytes(content)
            strings = vocab.Vocab(strings=sorted(docs.strings))
    except _UNREADABLE as error:
        what = "not compressed, or cut short" if isinstance(error.__context__, zlib.error) else _shown(error)
        message = f"not a spaCy DocBin, or a damaged one ({what})"
        raise FaultyData([Fault(message, source=path, rule="format")]) from None
    for index in range(len(docs)):
        yield _document(docs, index, strings, path)


def _document(docs: Any, index: int, strings: Any, path: Path) -> ReadDocument:
    """One document of a DocBin."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            with _tidy():
                (doc,) = _single(docs, index).get_docs(strings)
        except _UNREADABLE as error:
            fault = Fault(f"document {index + 1} cannot be read: {_shown(error)}", source=path, rule="format")
            return ReadDocument(None, path, faults=(fault,))
    found = document_of(doc, path, f"{path.stem}-{index + 1}")
    more = [Fault(f"spaCy says: {one.message}", source=path, rule="format") for one in told]
    return found._replace(faults=(*found.faults, *more))


def _single(docs: Any, index: int) -> Any:
    """One document as a DocBin of its own, which is how spaCy reads documents.

    Of tokens it has only what is needed: spaCy follows the others, such as heads, wherever they may lead.
    """
    ids = spacy_module("spacy.attrs").IDS
    single = type(docs)()
    single.attrs = [ids[name] for name in _NEEDED if ids[name] in docs.attrs]
    single.tokens = [docs.tokens[index][:, [docs.attrs.index(number) for number in single.attrs]]]
    for name in ("spaces", "cats", "flags", "span_groups", "user_data"):
        setattr(single, name, getattr(docs, name)[index : index + 1])
    return single


@contextmanager
def _tidy() -> Iterator[None]:
    """Leave the garbage collector as it was: srsly turns it off to read msgpack, and not on again after errors."""
    collecting = gc.isenabled()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _shown(error: BaseException) -> str:
    words = " ".join(str(error).split())
    return f"{words} is missing" if isinstance(error, KeyError) else words or type(error).__name__
