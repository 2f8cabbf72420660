"""Names of files for documents whose ids may hold anything."""

from __future__ import annotations

import hashlib

from workbench.core.errors import Fault, FaultyData

_RESERVED = '/%\\:*?"<>|'
_LONGEST = 180


def file_stem(doc_id: str, folders: bool = False) -> str:
    """A file name without its ending that every system can hold, another for every id; usual ids are their own names.

    With `folders`, slashes of the id separate folders.
    """
    return "/".join(_name(part) for part in (doc_id.split("/") if folders else [doc_id]))


def refuse_mark(doc_id: str, text: str) -> None:
    """Refuse a text that begins with U+FEFF: in a file of text that is a byte order mark, and readers take it away.

    Raises:
        FaultyData: it does.
    """
    if text.startswith("\ufeff"):
        message = f"the text of {doc_id!r} begins with U+FEFF, a byte order mark, which no file of text can hold"
        raise FaultyData([Fault(message, "text", rule="encoding")])


def _name(part: str) -> str:
    """The part with characters escaped as in addresses (%2F); a long one is cut and ends in a hash of all of it."""
    last = len(part) - 1
    name = "".join(
        _escaped(character)
        if not character.isprintable() or character in _RESERVED or (character in ". " and index in (0, last))
        else character
        for index, character in enumerate(part)
    )
    if len(name.encode()) > _LONGEST:
        digest = hashlib.sha256(part.encode()).hexdigest()[:16]
        return f"{name.encode()[: _LONGEST - 18].decode(errors='ignore')}%-{digest}"
    return name or "%"


def _escaped(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())
