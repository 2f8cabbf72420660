"""Hypothesis strategy: lines of plain JSON lines, mostly right, often with something odd."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import strategies as st

from tests.strategies import annotated_texts
from workbench.core.records import Annotation


def line_of(annotation: Annotation, text: str | None) -> dict[str, Any]:
    """A document as other programs write it: only what is there, and no values."""
    return {
        "doc_id": annotation.doc_id,
        **({} if text is None else {"text": text}),
        **({"author": annotation.author} if annotation.author else {}),
        **({"finished_layers": list(annotation.finished_layers)} if annotation.finished_layers else {}),
        "entities": [
            {
                **entity.model_dump(exclude={"value", "extra", "fragments"}, exclude_none=True, mode="json"),
                **(
                    {"start": entity.start, "end": entity.end}
                    if len(entity.fragments) == 1
                    else {"fragments": entity.fragments}
                ),
            }
            for entity in annotation.entities
        ],
        "relations": [
            relation.model_dump(exclude={"extra"}, exclude_none=True, mode="json") for relation in annotation.relations
        ],
        "events": [
            {
                "id": frame.id,
                "type": frame.type,
                "arguments": [argument.model_dump(exclude={"extra"}) for argument in frame.arguments],
                **(
                    {"trigger": {"start": frame.trigger.fragments[0].start, "end": frame.trigger.fragments[-1].end}}
                    if frame.trigger
                    else {}
                ),
            }
            for frame in annotation.frames
        ],
    }


def objects(value: Any) -> list[dict[str, Any]]:
    """All objects in a JSON value, outermost first."""
    if isinstance(value, dict):
        return [value, *(found for part in value.values() for found in objects(part))]
    if isinstance(value, list):
        return [found for part in value for found in objects(part)]
    return []


oddities = st.sampled_from(
    [
        *(None, True, 0, -1, 1.0, 2**53, 2**70, 10**30, 1e300, "", "T1", ":", '":', '"a":', "\\", "\0", "\u001f", "😀"),
        *([], {}, [[0, 1]], [[0, 1], [2, 3]], [[3, 4], [1, 2]], [[0, True]], [[0, 1, 2]], [0, 1], {"a": "b"}),
        *({"start": 0, "end": 1}, {"a": None}, {"gb2260": "510823"}, ["mention"], "d1.txt", ".txt"),
    ]
).map(copy.deepcopy)
KEYS = (
    "doc_id doc text author annotator schema finished_layers zones entities relations events frames id type start end "
    "fragments spans attributes value cluster note score extra head tail trigger arguments args role entity mention "
    'unheard sha256 scope text_sha256 gb2260 ": a":b'
)
keys = st.sampled_from(KEYS.split())


@st.composite
def changed_values(draw: st.DrawFn, content: dict[str, Any]) -> dict[str, Any]:
    """The document with keys dropped, added, renamed, or given odd values."""
    content = json.loads(json.dumps(content))
    for _ in range(draw(st.integers(0, 2))):
        target = draw(st.sampled_from(objects(content)))
        match draw(st.sampled_from(["drop", "set", "set", "add", "rename"])):
            case "drop" if target:
                del target[draw(st.sampled_from(sorted(target)))]
            case "set" if target:
                target[draw(st.sampled_from(sorted(target)))] = draw(oddities)
            case "rename" if target:
                target[draw(keys)] = target.pop(draw(st.sampled_from(sorted(target))))
            case _:
                target[draw(keys)] = draw(oddities)
    return content


BYTES = [
    b'"',
    b":",
    b",",
    b"}",
    b"]",
    b"\\",
    b" ",
    b"\t",
    b"\r",
    b"\0",
    b"\xff",
    b"\xc2\xa0",
    b"\x1f",
    b"1",
    b"{",
    b"0",
]
REPLACED = [
    *((b'":', b'" :'), (b'":', b'"\t:'), (b'":', b'": '), (b"[", b"[ "), (b"}", b"},"), (b'"id"', b'"\\u0069d"')),
    *((b'"', b"\\u0022"), (b":", b"\\u003a"), (b"T0", b"\\u0000"), (b"T0", b"\\ud800"), (b"T0", b"\\ud840\\udc00")),
    *((b"T0", b'\\":'), (b"T0", b"\\/"), (b"T0", b"\\\\u0022"), (b"1", b"1.0"), (b"1", b"01"), (b"1", b"-0")),
    *((b"1", b"1e0"), (b"0", b"-0.0"), (b"1", b"1e400"), (b"1", b"NaN"), (b"1", b"Infinity"), (b"1", b"9" * 5000)),
    *((b"null", b"nul"), (b"T0", b"\\u56db"), (b"T0", b"\\u00e9"), (b"T0", b"\\ud800x"), (b"T0", b"\\udc00")),
    *((b'"T0"', b'""'), (b'"T0"', b"null"), (b"[", b"[" * 120), (b"d1", b"d1.txt"), (b'"d1"', b'".txt"')),
]


@st.composite
def twice(draw: st.DrawFn, line: bytes) -> bytes:
    """The line with one of its keys, and perhaps another value, standing twice in an object."""
    starts = [place for place, byte in enumerate(line) if byte == ord("{")]
    place = draw(st.sampled_from(starts)) + 1
    key = json.dumps(draw(keys)).encode()
    value = json.dumps(draw(oddities), ensure_ascii=draw(st.booleans())).encode()
    separator = b"," if line[place : place + 1] != b"}" else b""
    colon = draw(st.sampled_from([b":", b": ", b" :"]))
    return line[:place] + key + colon + value + separator + line[place:]


@st.composite
def lines(draw: st.DrawFn) -> bytes:
    """One line: mostly right, often with something odd."""
    text, annotation = draw(annotated_texts())
    content = line_of(annotation, draw(st.sampled_from([text, None])))
    if draw(st.booleans()):
        for item in (*content["entities"], *content["relations"], *content["events"]):
            if draw(st.booleans()):
                item.pop("id")
    if draw(st.booleans()):
        content = draw(changed_values(content))
    separators = draw(st.sampled_from([(",", ":"), (", ", ": "), (" , ", " : ")]))
    line = json.dumps(content, ensure_ascii=draw(st.booleans()), separators=separators).encode()
    if draw(st.booleans()):
        for _ in range(draw(st.integers(1, 2))):
            match draw(st.sampled_from(["twice", "bytes", "replace", "replace", "cut"])):
                case "twice" if b"{" in line:
                    line = draw(twice(line))
                case "bytes":
                    place = draw(st.integers(0, len(line)))
                    line = line[:place] + draw(st.sampled_from(BYTES)) + line[place + draw(st.integers(0, 1)) :]
                case "cut":
                    line = line[: draw(st.integers(0, len(line)))]
                case _:
                    old, new = draw(st.sampled_from(REPLACED))
                    line = line.replace(old, new, draw(st.sampled_from([1, -1])))
    return line.replace(b"\n", b" ")
