"""The tables of what is named: places, organisations, people; one row for each cluster of mentions of a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from workbench.answers import cells
from workbench.answers.columns import Column, Row, Settings, Table, complete, text, texts
from workbench.answers.reports import Report, Thing
from workbench.core.records import is_unresolved
from workbench.core.values import Time

_NAMED = (
    cells.DOCUMENT,
    Column("number", "integer", "Counts what the report names; the same in all tables. Other reports count anew."),
    text("name", "The canonical name. Short names of two reports may be equal and mean two things."),
    texts("names", "All strings that name it, in the order of the text."),
    Column("mentions", "integer", "How many mentions it has."),
    Column("start", "integer", "Where the first mention begins, in code points of the clean text."),
)


def _named_cells(report: Report, thing: Thing) -> Row:
    return {
        "document": report.doc_id,
        "number": thing.number,
        "name": thing.name,
        "names": list(dict.fromkeys(report.surface(one) for one in thing.mentions)),
        "mentions": len(thing.mentions),
        "start": thing.mentions[0].start,
        "unresolved": any(is_unresolved(one) for one in thing.mentions),
    }


GENERIC = Column("generic", "truth", "A class (贫困村), not one that could be pointed at.")

_PLACE_COLUMNS = (
    *_NAMED,
    text("level", "province, prefecture, county, township, village …"),
    GENERIC,
    text("poverty", "poor, registered_poor or exited."),
    text("code", "GB/T 2260 code: its own, or that of the nearest place it is part of; see `code_of`."),
    text("code_revision", "The edition of GB/T 2260 (YYYYMM) that the code is read in."),
    text("code_of", "The place that the code belongs to: the place itself or one around it."),
    texts("within", "The places it is part of (PART_OF), the nearest first."),
    texts("status", "Milestones and titles it has reached, as in the text."),
    texts("status_kind", "graduation (left poverty), designation or registration, for each of `status`."),
    texts("status_time", "When, as TIMEX3 value, for each of `status`."),
    texts("assisted_by", "Who has a standing link of assistance (ASSISTS) to it."),
    Column(
        "helped", "integer", "Deeds of help that were done with the place as beneficiary or place; totals left out."
    ),
    Column("visited", "integer", "Visits that were made to it; totals left out."),
    cells.UNRESOLVED,
)

_ORGANISATION_COLUMNS = (
    *_NAMED,
    text("type", "cppcc, government, democratic_party, enterprise … as the schema names them."),
    text("level", "national, province, prefecture, county, township or village."),
    GENERIC,
    texts("part_of", "The bodies it belongs to (PART_OF, MEMBER_OF)."),
    texts("located_in", "Where it is: LOCATED_IN, or a place in its name."),
    texts("assists", "Whom or what it has a standing link of assistance to (ASSISTS)."),
    texts("organises", "Campaigns and meetings it organises."),
    texts("issues", "Documents it draws up, passes or sends out."),
    Column("helps", "integer", "Deeds of help that were done with it as helper, organiser or intermediary; no totals."),
    Column("advises", "integer", "Advice, research and supervision it did; no totals."),
    cells.UNRESOLVED,
)

_PEOPLE_COLUMNS = (
    *_NAMED,
    texts("post", "Posts with their bodies (永州市政协 副主席)."),
    texts("member_of", "Groups and bodies the person belongs to."),
    texts("located_in", "Where the person is."),
    Column("helps", "integer", "Deeds of help that were done with the person as helper, organiser or intermediary."),
    Column("is_helped", "integer", "Deeds of help that were done with the person as beneficiary."),
    Column("visits", "integer", "Visits the person made."),
    cells.UNRESOLVED,
)


def _deeds(report: Report, kind: str, *roles: str) -> Counter[int]:
    """For each thing, the single deeds of a kind that were done with it in one of the roles."""
    found: Counter[int] = Counter()
    for frame in report.of_kind(kind):
        said = frame.attributes
        if said.get("realis", "actual") == "actual" and said.get("aggregation") != "total":
            found.update({report.thing(one).number for one in report.fillers(frame, *roles)})
    return found


def _named(report: Report, kind: str) -> Iterator[Thing]:
    return (thing for thing in report.things if thing.type == kind)


def _is_generic(thing: Thing) -> bool:
    return any(mention.attributes.get("spec") == "GEN" for mention in thing.mentions)


def place_rows(report: Report, _: Settings) -> Iterator[Row]:
    """One row for each place."""
    helped = _deeds(report, "ASSIST", "beneficiary", "place")
    visited = _deeds(report, "VISIT", "place")
    for thing in _named(report, "LOC"):
        first = thing.mentions[0]
        located = report.located(first)
        reached = report.tails("HAS_STATUS", first)
        row = {
            **_named_cells(report, thing),
            "level": located.level,
            "generic": _is_generic(thing),
            "poverty": report.attribute(first, "poverty"),
            "code": located.code,
            "code_revision": located.revision,
            "code_of": located.code_of,
            "within": list(located.within),
            "status": [report.surface(one) for one in reached],
            "status_kind": [one.attributes.get("kind") for one in reached],
            "status_time": [
                "/".join(time.value.value for time in report.tails("HAS_TIME", one) if isinstance(time.value, Time))
                for one in reached
            ],
            "assisted_by": [report.name(one) for one in report.heads("ASSISTS", first)],
            "helped": helped[thing.number],
            "visited": visited[thing.number],
        }
        yield complete(row, _PLACE_COLUMNS)


def organisation_rows(report: Report, _: Settings) -> Iterator[Row]:
    """One row for each organisation."""
    helps = _deeds(report, "ASSIST", "helper", "organiser", "intermediary")
    advises = _deeds(report, "ADVISE", "actor")
    for thing in _named(report, "ORG"):
        first = thing.mentions[0]
        nested = (place for mention in thing.mentions for place in report.inside(mention, "LOC"))
        where = report.distinct((*report.tails("LOCATED_IN", first), *nested))
        above = (*report.tails("PART_OF", first), *report.tails("MEMBER_OF", first))
        row = {
            **_named_cells(report, thing),
            "type": report.attribute(first, "org_type"),
            "level": report.attribute(first, "level"),
            "generic": _is_generic(thing),
            "part_of": [report.name(one) for one in above],
            "located_in": [report.name(one) for one in where],
            "assists": [report.name(one) for one in report.tails("ASSISTS", first)],
            "organises": [report.name(one) for one in report.tails("ORGANISES", first)],
            "issues": [report.name(one) for one in report.tails("ISSUES", first)],
            "helps": helps[thing.number],
            "advises": advises[thing.number],
        }
        yield complete(row, _ORGANISATION_COLUMNS)


def people_rows(report: Report, _: Settings) -> Iterator[Row]:
    """One row for each person."""
    helps = _deeds(report, "ASSIST", "helper", "organiser", "intermediary")
    helped = _deeds(report, "ASSIST", "beneficiary")
    visits = _deeds(report, "VISIT", "visitor")
    for thing in _named(report, "PER"):
        first = thing.mentions[0]
        row = {
            **_named_cells(report, thing),
            "post": list(report.posts(first)),
            "member_of": [report.name(one) for one in report.tails("MEMBER_OF", first)],
            "located_in": [report.name(one) for one in report.tails("LOCATED_IN", first)],
            "helps": helps[thing.number],
            "is_helped": helped[thing.number],
            "visits": visits[thing.number],
        }
        yield complete(row, _PEOPLE_COLUMNS)


TABLES = (
    Table(
        "places",
        "a place that a report names",
        _PLACE_COLUMNS,
        ("document", "name", "level", "code", "code_of", "status", "status_time", "helped", "visited"),
        place_rows,
    ),
    Table(
        "organisations",
        "an organisation that a report names",
        _ORGANISATION_COLUMNS,
        ("document", "name", "type", "level", "assists", "helps", "advises"),
        organisation_rows,
    ),
    Table(
        "people",
        "a person whom a report names",
        _PEOPLE_COLUMNS,
        ("document", "name", "post", "member_of", "helps", "is_helped", "visits"),
        people_rows,
    ),
)
