"""Files as the interface between stages: canonical JSON, atomic writes, and reading that never shows a traceback.

Canonical JSON is UTF-8 with LF, one key per line in the record's own order, spans inline: the same record is always
the same bytes, and two people's edits of different annotations rarely touch the same lines.
"""

from __future__ import annotations

import codecs
import json
import math
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from workbench.core.errors import EnvironmentFailure, Fault, FaultyData, UsageMistake

SPREAD = "not JSON lines: one JSON object is needed on each line, this file spreads one over several"
"""What is wrong with a first line that is a bracket alone."""

_DEEPEST = 100
_CONTAINERS = frozenset({dict, list})
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def canonical_json(record: Any) -> str:
    """Lay out a JSON value canonically, with a newline at the end. Floats are written in their shortest exact form."""
    return _layout(record, "") + "\n"


def _layout(node: Any, indent: str) -> str:
    deeper = indent + "  "
    if isinstance(node, Mapping) and node:
        lines = (f"{deeper}{_scalar(key)}: {_layout(value, deeper)}" for key, value in node.items())
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if isinstance(node, (list, tuple)) and node:
        if _inline(node):
            return _scalar(node)
        return "[\n" + ",\n".join(deeper + _layout(value, deeper) for value in node) + f"\n{indent}]"
    return _scalar(node)


def _inline(node: list[Any] | tuple[Any, ...]) -> bool:
    """Lists of scalars stand on one line, and so do lists of spans."""
    return all(
        _is_scalar(value)
        or (isinstance(value, (list, tuple)) and len(value) == 2 and all(isinstance(bound, int) for bound in value))
        for value in node
    )


def _is_scalar(value: Any) -> bool:
    return value is None or isinstance(value, (str, int, float, bool))


def _scalar(value: Any) -> str:
    return _ENCODER.encode(value)


def write_text(path: Path, content: str, durable: bool = True) -> None:
    """Write a file whole or not at all: a reader sees the old bytes or the new ones, also after a crash.

    What can be made again need not be `durable`: it is written sooner, and may be empty after a crash of the machine.

    Raises:
        EnvironmentFailure: the folder is read-only, the disk is full, or the path is not writable for another reason.
    """
    write_bytes(path, content.encode(), durable)


def write_bytes(path: Path, content: bytes, durable: bool = True) -> None:
    """Write bytes whole or not at all; see `write_text`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file() and path.read_bytes() == content:
            return
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                if durable:
                    os.fsync(file.fileno())
            os.chmod(name, 0o644)
            os.replace(name, path)
        finally:
            Path(name).unlink(missing_ok=True)
        if durable:
            _sync_folder(path.parent)
    except OSError as error:
        raise EnvironmentFailure(f"{path}: cannot be written ({error.strerror}); nothing was changed there") from None


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_bytes(path: Path) -> bytes:
    """Read a file.

    Raises:
        UsageMistake: there is no such file, or it is a folder.
        EnvironmentFailure: it may not be read.
    """
    with reading(path):
        return path.read_bytes()


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Say what is wrong when a file cannot be opened or read; see `read_bytes` for what is raised."""
    try:
        yield
    except FileNotFoundError:
        raise UsageMistake(f"{path}: no such file") from None
    except (IsADirectoryError, NotADirectoryError):
        raise UsageMistake(f"{path}: a folder, where a file is needed") from None
    except OSError as error:
        raise EnvironmentFailure(f"{path}: cannot be read ({error.strerror})") from None


def decode(content: bytes, path: Path) -> str:
    """Decode UTF-8 strictly; a byte order mark is refused, because it would shift every offset by one.

    Raises:
        FaultyData: the bytes are not UTF-8, or hold NUL or a byte order mark; the line is named.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _not_utf8(path, line, content[error.start], error.start) from None
    if text.startswith("\ufeff"):
        raise _marked(path)
    if "\0" in text:
        raise _nul(path, text.count("\n", 0, text.index("\0")) + 1)
    return text


def _not_utf8(path: Path, line: int, byte: int, position: int) -> FaultyData:
    message = f"not UTF-8 (byte 0x{byte:02x} at {position}); convert the file to UTF-8 first"
    return FaultyData([Fault(message, source=path, line=line, rule="encoding")])


def _marked(path: Path) -> FaultyData:
    message = "starts with a byte order mark; save it as UTF-8 without one"
    return FaultyData([Fault(message, source=path, line=1, rule="encoding")])


def _nul(path: Path, line: int) -> FaultyData:
    return FaultyData([Fault("contains a NUL character; remove it", source=path, line=line, rule="encoding")])


def read_text(path: Path) -> str:
    """Read a UTF-8 file without touching its line ends; see `read_bytes` and `decode` for what is raised."""
    return decode(read_bytes(path), path)


def numbered_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield (line number, bytes with the line end) of a UTF-8 file, holding one line at a time.

    What `decode` refuses in the file as a whole is raised when it is known, at the latest after the last line; what was
    yielded before is void then.
    """
    marked, position = False, 0
    first_nul: int | None = None
    with reading(path), path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                line.decode()
            except UnicodeDecodeError as error:
                raise _not_utf8(path, number, line[error.start], position + error.start) from None
            if number == 1 and line.startswith(codecs.BOM_UTF8):
                marked = True
            if first_nul is None and b"\0" in line:
                first_nul = number
            position += len(line)
            yield number, line
    if marked:
        raise _marked(path)
    if first_nul is not None:
        raise _nul(path, first_nul)


def read_json(path: Path) -> Any:
    """Read one JSON value.

    Raises:
        FaultyData: it is not JSON, is cut short, repeats a key, or holds NUL or lone surrogates.
    """
    return parse_json(read_text(path), path, None)


def read_json_lines(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield (line number, value) for every non-blank line that is JSON; the faults of all others are raised at the end.

    See `read_json` for what is raised.
    """
    faults: list[Fault] = []
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if not line.strip():
            continue
        if not faults and line.strip() in ("{", "["):
            raise FaultyData([Fault(SPREAD, source=path, line=number, rule="json")])
        try:
            value = parse_json(line, path, number)
        except FaultyData as error:
            faults += error.faults
            continue
        yield number, value
    if faults:
        raise FaultyData(faults)


def parse_json(content: str, path: Path, line: int | None) -> Any:
    """Read one JSON value of a file, or of one of its lines; see `read_json` for what is raised."""
    try:
        value = json.loads(content, object_pairs_hook=_object, parse_constant=_refuse_constant, parse_float=_finite)
    except json.JSONDecodeError as error:
        where = line if line is not None else error.lineno
        cut = " (the file seems to be cut short)" if error.pos >= len(content.rstrip()) else ""
        message = f"not JSON: {error.msg} at column {error.colno}{cut}"
        raise FaultyData([Fault(message, source=path, line=where, rule="json")]) from None
    except ValueError as error:
        raise FaultyData([Fault(f"not JSON: {error}", source=path, line=line, rule="json")]) from None
    except RecursionError:
        raise FaultyData(
            [Fault("not JSON that can be read: nested too deeply", source=path, line=line, rule="json")]
        ) from None
    impossible = _impossible(value, strings="\\u" in content)  # decoded UTF-8 has what is impossible only escaped
    if impossible:
        raise FaultyData([Fault(impossible, source=path, line=line, rule="encoding")])
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"key {twice!r} stands twice in one object")
    return record


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise ValueError(f"{number} is too large")
    return value


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")


def _impossible(value: Any, strings: bool) -> str | None:
    """Say what is wrong with the depth of nesting, or with the first string that no UTF-8 file or database can hold."""
    level = [value]
    for _ in range(_DEEPEST + 1):
        parts = [part for item in level for part in _parts(item, strings)]
        if strings:
            bad = next(
                (reason for part in (*level, *parts) if isinstance(part, str) and (reason := _unwritable(part))), None
            )
            if bad is not None:
                return bad
        level = [part for part in parts if type(part) in _CONTAINERS]
        if not level:
            return None
    return f"nested more than {_DEEPEST} deep"


def _parts(item: Any, keys: bool) -> Iterable[Any]:
    """What a value of JSON holds; of an object also its keys, if they are wanted."""
    if type(item) is dict:
        return (*item, *item.values()) if keys else item.values()
    return item if type(item) is list else ()


def _unwritable(words: str) -> str | None:
    if "\0" in words:
        return f"contains a NUL character in {words[:20]!r}; remove it"
    if any("\ud800" <= character <= "\udfff" for character in words):
        return f"contains a lone surrogate in {words[:20]!r}; re-export it as UTF-8"
    return None
