"""What a server and the editor of Label Studio make of a task that somebody opens and saves unchanged.

Follows `Annotation.js`, `Result.js`, `Area.js` and `RelationStore.js` of the editor, version 1.23.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from schemas import Schema
from workbench.formats.label_studio import Control, controls_of, relation_labels
from workbench.formats.label_studio.controls import CLUSTER, ENTITY, FRAME, TEXT

_MAIN = {"labels": "labels", "choices": "choices", "textarea": "text"}


def saved(task: Mapping[str, Any], schema: Schema | None = None) -> dict[str, Any]:
    """The task as an export has it; with a schema, a project has its controls and labels of relations and no others."""
    controls = controls_of(schema) if schema is not None else None
    task = through_script(json.loads(json.dumps(task)))
    answers = [
        {
            "id": 7 + number,
            "completed_by": 3,
            "result": [*_regions(answer["result"], controls), *_links(answer["result"], schema)],
            "was_cancelled": False,
            "ground_truth": False,
            "created_at": "2026-11-22T09:00:00.000000Z",
            "updated_at": "2026-11-22T09:05:00.000000Z",
            "draft_created_at": None,
            "lead_time": 12.5,
            "prediction": {},
            "result_count": 0,
            "unique_id": "0c7c2d5c-0000-4000-8000-000000000000",
            "task": 41,
            "project": 2,
        }
        for number, answer in enumerate(task["annotations"])
    ]
    return {
        "id": 41,
        "annotations": answers,
        "file_upload": None,
        "drafts": [],
        "predictions": [],
        "data": task["data"],
        "meta": task.get("meta", {}),
        "created_at": "2026-11-22T08:59:00.000000Z",
        "inner_id": 1,
        "total_annotations": len(answers),
        "project": 2,
        "updated_by": 3,
    }


def through_script(value: Any) -> Any:
    """JSON that a browser has read and written: whole numbers lose their point."""
    if isinstance(value, dict):
        return {name: through_script(part) for name, part in value.items()}
    if isinstance(value, list):
        return [through_script(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _regions(results: list[dict[str, Any]], controls: Sequence[Control] | None) -> Iterator[dict[str, Any]]:
    areas: dict[str, list[dict[str, Any]]] = {}
    for result in results:
        if result["type"] != "relation" and _has_control(result, controls):
            areas.setdefault(_name(result["id"]), []).append(result)
    for name, members in areas.items():
        kept: set[tuple[str, str]] = set()
        for result in members:
            key = (result["from_name"], result["type"])
            if key not in kept and _is_submitted(result, members, controls):
                kept.add(key)
                yield _region(name, members[0], result)


def _links(results: list[dict[str, Any]], schema: Schema | None) -> Iterator[dict[str, Any]]:
    areas = {_name(result["id"]) for result in results if result["type"] != "relation"}
    known = set(relation_labels(schema)) if schema is not None else set()
    pairs: set[tuple[str, str]] = set()
    for result in results:
        if result["type"] != "relation":
            continue
        assert result["from_id"] in areas, "the task cannot be opened: dangling relation"
        assert result["to_id"] in areas, "the task cannot be opened: dangling relation"
        pair = (result["from_id"], result["to_id"])
        if pair not in pairs:
            pairs.add(pair)
            link = {key: result[key] for key in ("from_id", "to_id", "type", "direction")}
            yield link | {"labels": [label for label in result["labels"] if schema is None or label in known]}


def _name(identifier: Any) -> str:
    return re.sub("#.*", "", str(identifier))


def _has_control(result: Mapping[str, Any], controls: Sequence[Control] | None) -> bool:
    if result["to_name"] != TEXT:
        return False
    known = {control.name for control in controls or ()} | {ENTITY, FRAME, CLUSTER}
    return controls is None or result["from_name"] in known


def _is_submitted(
    result: Mapping[str, Any], members: Sequence[Mapping[str, Any]], controls: Sequence[Control] | None
) -> bool:
    """Controls are for regions of certain labels, choices for certain values."""
    labels = members[0]["value"]["labels"]
    for control in controls or ():
        if control.name == result["from_name"]:
            assert result["type"] == control.kind
            assert control.kind == "textarea" or set(result["value"]["choices"]) <= set(control.values)
            return bool(set(labels) & set(control.types))
    return True


def _region(name: str, first: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, Any]:
    """A result as it is saved: the place of its region, its own value, and both metas."""
    place = first["value"]
    main = _MAIN[result["type"]]
    region = {
        "value": {
            **{key: place[key] for key in ("start", "end", "text") if key in place},
            main: result["value"][main],
        },
        "id": name,
        "from_name": result["from_name"],
        "to_name": result["to_name"],
        "type": result["type"],
        "origin": first.get("origin", "manual"),
    }
    meta = {**first.get("meta", {}), **result.get("meta", {})}
    score = {"score": result["score"]} if isinstance(result.get("score"), (int, float)) else {}
    more = {key: first[key] for key in ("parentID", "readonly") if first.get(key)}
    return {**region, **({"meta": meta} if meta else {}), **score, **more}
