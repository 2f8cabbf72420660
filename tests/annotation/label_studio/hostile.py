"""Documents as they are in projects of tests: every kind of item, over text that breaks whatever counts wrongly."""

from __future__ import annotations

from typing import Any

from schemas import Attribute, Schema, ZoneKind
from workbench.annotation.label_studio.configuration import configuration
from workbench.annotation.label_studio.zones import zone_results
from workbench.core.records import (
    AnnotatedDocument,
    Annotation,
    Argument,
    Entity,
    Frame,
    Relation,
    Trigger,
    Zone,
)
from workbench.core.text import Span
from workbench.formats.label_studio import task_of
from workbench.formats.label_studio.tasks import Kind

TITLE = "标题 <b>𠮷</b> & $text"
TEXT = (
    "首页→\n一、𠮷林省政协🎉\r\n\t扶贫\u00a0办公室\u3000<b>副主席</b> &amp; {{x}} $text\n"
    "民革、民盟四川省委协(xié)助  剑阁县脱贫。\n\n\r\n京ICP备05026319号\n"
)


def at(words: str) -> Span:
    """Where words are, which are there once."""
    assert TEXT.count(words) == 1, words
    return Span(TEXT.index(words), TEXT.index(words) + len(words))


def entity(name: str, kind: str, *words: str, **more: Any) -> Entity:
    return Entity(id=name, type=kind, fragments=tuple(at(one) for one in words), **more)


NAMED = {"mention": "NAM"}
DOCUMENT = AnnotatedDocument(
    "d𠮷1",
    Annotation(
        doc_id="d𠮷1",
        author="甲",
        entities=(
            entity(
                "T1",
                "ORG",
                "𠮷林省政协🎉",
                attributes={**NAMED, "org_type": "cppcc", "level": "province", "decision": "依据：<第三条> & “附件”"},
                cluster="c1",
                note="注：甲\n乙",
                score=0.5,
            ),
            entity("T2", "LOC", "𠮷林省", attributes={**NAMED, "poverty": "exited", "difficulty": "true"}),
            entity("T3", "PROBLEM", "政协🎉\r\n\t扶贫"),
            entity("T4", "ORG", "扶贫\u00a0办公室", extra={"own": {"a": [1, "𠮷"]}}),
            entity("T5", "ROLE", "<b>副主席</b>"),
            entity("T6", "DOC", "&amp; {{x}} $text"),
            entity("T7", "ORG", "民革", "四川省委", attributes=NAMED),
            entity("T8", "ORG", "民盟四川省委", attributes=NAMED),
            entity("T9", "LOC", "剑阁县", attributes=NAMED, cluster="簇𠮷"),
            entity("中#1", "STATUS", "脱贫"),
        ),
        relations=(
            Relation(id="R1", type="PART_OF", head="T2", tail="T1"),
            Relation(id="R2", type="ASSISTS", head="T7", tail="T9", note="存疑"),
            Relation(id="R3", type="LOCATED_IN", head="T7", tail="T9"),
            Relation(id="R4", type="COOPERATES_WITH", head="T7", tail="T8"),
        ),
        frames=(
            Frame(
                id="F1",
                type="ASSIST",
                trigger=Trigger(fragments=(Span(at("协(").start, at("协(").start + 1), Span(*at("助")))),
                arguments=(
                    Argument(role="helper", entity="T7"),
                    Argument(role="helper", entity="T8"),
                    Argument(role="beneficiary", entity="T9"),
                ),
                attributes={"realis": "actual"},
            ),
        ),
    ),
    TEXT,
    (
        Zone(kind="navigation", start=0, end=at("一、").start),
        Zone(kind="footer", start=TEXT.index("\n\n\r"), end=len(TEXT)),
    ),
)
"""Nested, crossing, discontinuous, over a line break; attributes, clusters, notes, scores; two closed zones."""


VALUES = ("true", "false", "$text", "a,b|c", '<i>"q"</i> &amp;', "𠮷　🎉", " x ")
"""Values that an attribute may have, and that a configuration could spoil."""


def hostile_schema(schema: Schema) -> Schema:
    """The schema with names and values that XML, HTML and the editor read otherwise."""
    labels = dict.fromkeys(VALUES[:2], "人物") | {"a,b|c": '<script>alert("x")</script> $text'}
    more = {
        "true": Attribute(zh='"<b>&', values=VALUES, labels=labels),
        "zone": Attribute(zh="{{x}} $title", values=("true",)),
        "text": Attribute(zh="𠮷'"),
    }
    entities = tuple(
        one.model_copy(
            update={
                "zh": {"PER": '人<b>&"𠮷"</b>', "ORG": "PER", "LOC": "$text", "ROLE": "DOC", "GROUP": "DOC"}.get(
                    one.id, one.zh
                ),
                "en": f"<i>{one.en}</i> & 'x'",
                "attributes": {**one.attributes, **(more if one.id == "ORG" else {})},
            }
        )
        for one in schema.entities
    )
    frames = tuple(
        one.model_copy(update={"roles": {**one.roles, "true": next(iter(one.roles.values()))}}) for one in schema.frames
    )
    zones = {**schema.zones, "true": ZoneKind(zh="<导航>", en="true")}
    changed = schema.model_copy(update={"entities": entities, "frames": frames, "zones": zones})
    return Schema.model_validate(changed.model_dump())  # what was computed of the old one does not come along


def project_with(
    server: Any, schema: Schema, *documents: AnnotatedDocument, kind: Kind = "annotations"
) -> tuple[int, list[dict[str, Any]]]:
    """Make a project whose tasks have these documents and their zones; answers with its id and the tasks."""
    project = server.post("/api/projects", {"title": "编辑 𠮷", "label_config": configuration(schema)})["id"]
    tasks = []
    for document in documents:
        task = task_of(document, schema, kind)
        task["data"] = {**task["data"], "title": TITLE}
        zones = zone_results(document.zones, task["data"]["text"], schema)
        task[kind][0]["result"] = [*task[kind][0]["result"], *zones]
        tasks.append(task)
    made = server.post(f"/api/projects/{project}/import?return_task_ids=true", tasks)["task_ids"]
    return project, [{**task, "id": number} for number, task in zip(made, tasks, strict=True)]
