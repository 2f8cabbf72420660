"""Regions that begin with a line break: the editor cannot show them, so they go there without and come back with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from workbench.formats.label_studio.controls import REMAINDER

BREAKS = "\r\n"
_BEGIN, _SHOWN = "begin", "shown_begin"


def without_leading_breaks(results: Iterable[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    """Results whose regions begin after the line breaks that they began with; where they really begin is kept in them.

    A region of nothing but line breaks stays as it is.
    """
    given = list(results)
    moved: dict[str, tuple[int, int]] = {}
    for result in given:
        if result.get("type") == "labels":
            begin, end = result["value"]["start"], result["value"]["end"]
            shown = begin + len(text[begin:end]) - len(text[begin:end].lstrip(BREAKS))
            if begin < shown < end:
                moved[result["id"]] = (begin, shown)
    return [_moved(result, *moved[result["id"]], text) if result.get("id") in moved else result for result in given]


def with_leading_breaks(results: Sequence[Any]) -> list[Any]:
    """The results with the line breaks that `without_leading_breaks` took, where the region still begins there."""
    return [_begun(result) for result in results]


def _begun(result: Any) -> Any:
    if not isinstance(result, dict) or not isinstance(result.get("meta"), dict):
        return result
    kept, value = result["meta"].get(REMAINDER), result.get("value")
    if not isinstance(kept, dict) or _SHOWN not in kept:
        return result
    left = {name: said for name, said in kept.items() if name not in (_BEGIN, _SHOWN)}
    meta = {name: said for name, said in result["meta"].items() if name != REMAINDER}
    meta |= {REMAINDER: left} if left else {}
    result = {**result, "meta": meta} if meta else {name: said for name, said in result.items() if name != "meta"}
    if isinstance(value, dict) and value.get("start") == kept[_SHOWN] and isinstance(kept.get(_BEGIN), int):
        result["value"] = {**value, "start": kept[_BEGIN]}
    return result


def _moved(result: dict[str, Any], begin: int, shown: int, text: str) -> dict[str, Any]:
    """A region, or what is said of one, that begins later; the region itself keeps where it really begins."""
    value = {**result["value"], "start": shown, "text": text[shown : result["value"]["end"]]}
    if result.get("type") == "labels":
        meta = result.get("meta", {})
        kept = {**meta.get(REMAINDER, {}), _BEGIN: begin, _SHOWN: shown}
        result = {**result, "meta": {**meta, REMAINDER: kept}}
    return {**result, "value": value}
