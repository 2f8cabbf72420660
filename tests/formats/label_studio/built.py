"""Tasks as people and the editor make them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.core.mending import mend
from workbench.core.records import AnnotatedDocument
from workbench.formats.contract import ReadDocument
from workbench.formats.label_studio import documents_of

TEXT = "中共四川省委十届六次全会😀\n民革四川省委、民盟四川省委协(xié)助  剑阁县。"


def region(name: str | None, start: int, end: int, label: str, **more: Any) -> dict[str, Any]:
    """A region as the editor saves it."""
    value = {"start": start, "end": end, "text": TEXT[start:end], "labels": [label]}
    made = {
        "value": value,
        "id": name,
        "from_name": "label",
        "to_name": "text",
        "type": "labels",
        "origin": "manual",
        **more,
    }
    return {key: part for key, part in made.items() if part is not None}


def link(head: str, tail: str, *labels: str, **more: Any) -> dict[str, Any]:
    """A relation as the editor saves it."""
    return {
        "from_id": head,
        "to_id": tail,
        "type": "relation",
        "direction": "right",
        **({"labels": list(labels)} if labels else {}),
        **more,
    }


def task(*results: Any, **more: Any) -> dict[str, Any]:
    """A task with one answer."""
    return {"id": 17, "data": {"text": TEXT}, "annotations": [{"id": 3, "result": list(results)}], **more}


def only(raw: Any) -> ReadDocument:
    [found] = documents_of(raw)
    return found


def sound(raw: Any) -> AnnotatedDocument:
    """The one document of a task with nothing wrong in it, but for warnings."""
    found = only(raw)
    assert all(fault.severity == "warning" for fault in found.faults)
    assert found.document is not None
    mended = mend(found.document, repair=False)
    assert mended.faults == ()
    return mended.document


def own(item: Any) -> Mapping[str, Any]:
    return item.extra.get("label_studio", {})  # type: ignore[no-any-return]


UNKNOWN = [
    {
        "id": "a",
        "type": "rating",
        "from_name": "stars",
        "to_name": "text",
        "value": {"start": 0, "end": 6, "rating": 4},
    },
    {"id": "a", "type": "taxonomy", "from_name": "class", "to_name": "text", "value": {"taxonomy": [["Party", "CPC"]]}},
    {"id": "a", "type": "choices", "from_name": "topics", "to_name": "text", "value": {"choices": ["one", "two"]}},
    {"id": "z", "type": "choices", "from_name": "genre", "to_name": "text", "value": {"choices": ["news"]}},
    {"id": "y", "type": "textarea", "from_name": "summary", "to_name": "text", "value": {"text": ["全会召开。"]}},
    {
        "id": "h",
        "type": "hypertextlabels",
        "from_name": "html",
        "to_name": "page",
        "value": {"hypertextlabels": ["ORG"]},
    },
    {"from_id": "y", "to_id": "z", "type": "relation", "direction": "right", "labels": ["about"]},
]
"""Results of controls that our records have no field for."""
