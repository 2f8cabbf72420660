"""The tables of the annotation itself: entities, relations, and the reports they stand in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workbench.answers import cells
from workbench.answers.columns import Column, Row, Settings, Table, complete, text, texts
from workbench.answers.money import bounds
from workbench.answers.reports import Report
from workbench.core.records import Argument, Entity, Frame, Relation, is_unresolved
from workbench.core.values import Money, Place, Quantity, Time

ATTRIBUTES: Mapping[str, str] = {
    "mention": "NAM: a proper name; NOM: a common noun that stands for somebody or something.",
    "spec": "GEN: a class, not one that could be pointed at.",
    "org_type": "Of organisations: cppcc, government, democratic_party, enterprise …",
    "level": "Of organisations and places the administrative level; of results output, outcome or impact.",
    "poverty": "Of places: poor, registered_poor or exited.",
    "variant": "Of places: true when the spelling deviates.",
    "class": "Of groups: poor_household, student, cppcc_member, cadre …",
    "doc_type": "Of documents: decision, plan, report, motion …",
    "kind": "Of meetings, measures, assets and statuses, as the schema names them.",
    "cause": "Of problems: illness, skill, funds, infrastructure …",
    "force": "Of proposals: recommendation, requirement or commitment.",
    "kind_of_flow": "Of sums: transfer, revenue, income, price or standard.",
    "elliptic": "Of assets: true when the head noun is left out.",
}
"""Attributes of entities that have a column of their own; all others are in `other_attributes`."""

_WRITTEN_ELSEWHERE = ("canonical", "per", "unresolved")

_ENTITY_COLUMNS = (
    cells.DOCUMENT,
    text("id", "The mention's id in the report's annotation."),
    text("type", "The entity type of the schema."),
    text("text", "The mention as in the text; parts of a discontinuous one are joined with …"),
    Column("start", "integer", "Where it begins, in code points of the clean text."),
    Column("end", "integer", "Where it ends; the end is not included."),
    text("name", "The canonical name of what it names."),
    Column(
        "number", "integer", "Counts what the report names: equal for mentions of one thing. Other reports count anew."
    ),
    *(text(name, meaning) for name, meaning in ATTRIBUTES.items()),
    texts("other_attributes", "Further attributes, as name=value."),
    Column("value", "number", "Of sums (in yuan) and quantities: the figure; of an open one the lower bound."),
    Column("value_max", "number", "Of sums and quantities: the upper bound; empty when there is none."),
    text("unit", "Of sums CNY; of quantities the unit or classifier; ratio is a share."),
    text("modifier", "Of sums, quantities and times: EXACT, APPROX, MORE_THAN, RANGE, START, ON_OR_BEFORE …"),
    text("per", "Of a rate, what it is counted by: P1M a month, P1Y a year, household, person."),
    text("time", "Of times: the TIMEX3 value."),
    text("time_type", "Of times: DATE, TIME, DURATION or SET."),
    text("place", "Of places: the official name."),
    text("code", "Of places: its own GB/T 2260 code; the table of places climbs to the next one with a code."),
    text("code_revision", "Of places: the edition of GB/T 2260 (YYYYMM) that the code is read in."),
    cells.UNRESOLVED,
    cells.SENTENCE,
)

_RELATION_COLUMNS = (
    cells.DOCUMENT,
    text("id", "The relation's id in the report's annotation."),
    text("type", "The relation type of the schema; it goes from head to tail."),
    *(
        column
        for end in ("head", "tail")
        for column in (
            text(f"{end}_id", f"The mention's id of the {end}."),
            text(f"{end}_type", f"The entity type of the {end}."),
            text(end, f"The canonical name of the {end}."),
            text(f"{end}_text", f"The {end} as in the text."),
            Column(f"{end}_start", "integer", f"Where the {end} begins, in code points of the clean text."),
            Column(f"{end}_end", "integer", f"Where the {end} ends; the end is not included."),
        )
    ),
    texts("attributes", "Attributes, as name=value."),
    cells.UNRESOLVED,
    text("sentence", "The sentence of the head."),
)

_REPORT_COLUMNS = (
    cells.DOCUMENT,
    text("title", "The report's title, as its page says."),
    text("publisher", "Who published it, as its page says."),
    cells.PUBLISHED,
    Column("characters", "integer", "Length of the clean text in code points."),
    text("text_sha256", "Hash of the clean text, which all offsets refer to."),
    text("schema", "The schema of the annotation and its version."),
    Column("entities", "integer", "How many entities are annotated."),
    Column("relations", "integer", "How many relations are annotated."),
    *(
        Column(name, "integer", f"How many {kind} frames are annotated.")
        for name, kind in (
            ("assistance", "ASSIST"),
            ("visits", "VISIT"),
            ("advice", "ADVISE"),
            ("dispatches", "DISPATCH"),
        )
    ),
    Column("unresolved_items", "integer", "How many items adjudication left open."),
)


def entity_rows(report: Report, _: Settings) -> Iterator[Row]:
    """One row for each mention, in the order of the text."""
    for entity in report.entities:
        thing = report.thing(entity)
        others = {*entity.attributes} - {*ATTRIBUTES} - {*_WRITTEN_ELSEWHERE}
        row = {
            "document": report.doc_id,
            "id": entity.id,
            "type": entity.type,
            "text": report.surface(entity),
            "start": entity.start,
            "end": entity.end,
            "name": thing.name,
            "number": thing.number,
            **{name: entity.attributes.get(name) for name in ATTRIBUTES},
            "other_attributes": [f"{name}={entity.attributes[name]}" for name in sorted(others)],
            **_value_cells(entity),
            "unresolved": is_unresolved(entity),
            "sentence": report.sentence(entity.start),
        }
        yield complete(row, _ENTITY_COLUMNS)


def _value_cells(entity: Entity) -> Row:
    value = entity.value
    amount = value if isinstance(value, Money | Quantity) else None
    time = value if isinstance(value, Time) else None
    place = value if isinstance(value, Place) else None
    low, high = bounds(amount) if amount else (None, None)
    return {
        "value": low,
        "value_max": high,
        "unit": amount.unit if amount else None,
        "modifier": amount.mod if amount else (time.mod if time else None),
        "per": (amount.per if amount else None) or entity.attributes.get("per"),
        "time": time.value if time else None,
        "time_type": time.type if time else None,
        "place": place.name if place else None,
        "code": place.code if place else None,
        "code_revision": place.revision if place else None,
    }


def relation_rows(report: Report, _: Settings) -> Iterator[Row]:
    """One row for each relation, in the order of their heads."""
    known = report.annotation.entity_by_id
    for relation in sorted(
        report.annotation.relations, key=lambda one: (known[one.head].start, known[one.tail].start, one.type, one.id)
    ):
        row: Row = {"document": report.doc_id, "id": relation.id, "type": relation.type}
        for end, entity in (("head", known[relation.head]), ("tail", known[relation.tail])):
            row |= {
                f"{end}_id": entity.id,
                f"{end}_type": entity.type,
                end: report.name(entity),
                f"{end}_text": report.surface(entity),
                f"{end}_start": entity.start,
                f"{end}_end": entity.end,
            }
        said = sorted((name, value) for name, value in relation.attributes.items() if name != "unresolved")
        row |= {
            "attributes": [f"{name}={value}" for name, value in said],
            "unresolved": is_unresolved(relation)
            or is_unresolved(known[relation.head])
            or is_unresolved(known[relation.tail]),
            "sentence": report.sentence(known[relation.head].start),
        }
        yield complete(row, _RELATION_COLUMNS)


def report_rows(report: Report, _: Settings) -> Iterator[Row]:
    """One row for the report."""
    annotation = report.annotation
    items: tuple[Entity | Relation | Frame | Argument, ...] = (
        *annotation.entities,
        *annotation.relations,
        *annotation.frames,
        *(filler for frame in annotation.frames for filler in frame.arguments),
    )
    stamp = annotation.made_with
    row = {
        "document": report.doc_id,
        "title": report.meta.title,
        "publisher": report.meta.publisher,
        "publication_date": report.meta.date,
        "characters": len(report.text),
        "text_sha256": annotation.text_sha256,
        "schema": f"{stamp.id} {stamp.version}" if stamp else None,
        "entities": len(annotation.entities),
        "relations": len(annotation.relations),
        "assistance": len(report.of_kind("ASSIST")),
        "visits": len(report.of_kind("VISIT")),
        "advice": len(report.of_kind("ADVISE")),
        "dispatches": len(report.of_kind("DISPATCH")),
        "unresolved_items": sum(is_unresolved(item) for item in items),
    }
    yield complete(row, _REPORT_COLUMNS)


TABLES = (
    Table(
        "entities",
        "a mention",
        _ENTITY_COLUMNS,
        ("document", "id", "type", "text", "start", "end", "name"),
        entity_rows,
    ),
    Table(
        "relations",
        "a relation between two mentions",
        _RELATION_COLUMNS,
        ("document", "type", "head_type", "head", "tail_type", "tail"),
        relation_rows,
    ),
    Table(
        "reports",
        "a report, to join the other tables with",
        _REPORT_COLUMNS,
        ("document", "title", "publisher", "publication_date", "entities", "relations", "assistance", "visits"),
        report_rows,
    ),
)
