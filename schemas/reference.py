"""A schema as people read it: overview tables, and all about one type. Generated, so it is never out of date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from schemas.model import Attribute, EntityType, Example, FrameType, RelationType, Schema


class Table(NamedTuple):
    """Column names and rows of equal length."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(schema: Schema) -> tuple[Table, ...]:
    """Overview of entity types, relation types, frame types and zones."""
    return (
        Table(
            ("entity", "key", "中文", "English", "layer", "value", "may contain"),
            tuple(
                (e.id, e.key, f"{e.badge} {e.zh}", e.en, e.layer, e.value or "", ", ".join(e.nests))
                for e in schema.entities
            ),
        ),
        Table(
            ("relation", "中文", "English", "from → to"),
            tuple((r.id, r.zh, r.en, " · ".join(_ends(r))) for r in schema.relations),
        ),
        Table(
            ("frame", "key", "中文", "English", "roles"),
            tuple((f.id, f.key, f"{f.badge} {f.zh}", f.en, ", ".join(f.roles)) for f in schema.frames),
        ),
        Table(
            ("zone", "中文", "English", "annotation"),
            tuple((name, z.zh, z.en, "closed" if z.closed else "open") for name, z in schema.zones.items()),
        ),
    )


def _ends(relation: RelationType) -> Iterator[str]:
    if relation.pairs:
        yield from (f"{head}→{tail}" for head, tail in relation.pairs)
    else:
        yield f"{', '.join(relation.head)} → {', '.join(relation.tail)}"


def describe(named: EntityType | RelationType | FrameType) -> str:
    """All about one type, as plain text."""
    lines = [f"{named.id}  {named.zh}  {named.en}"]
    if isinstance(named, EntityType):
        lines += _entity(named)
    elif isinstance(named, RelationType):
        lines += [f"from → to   {' · '.join(_ends(named))}", f"cardinality {named.cardinality or 'any'}"]
        flags = [flag for flag in ("symmetric", "transitive", "functional") if getattr(named, flag)]
        lines += [f"is          {', '.join(flags)}"] if flags else []
        lines.append(f"example     {named.example.head} → {named.example.tail}  [{named.example.doc}]")
    else:
        lines += [f"key         {named.key}", f"trigger     {named.trigger}"]
        lines += (
            f"role        {name} {role.zh} ({role.card}): {', '.join(role.types)}"
            + (f"; {role.note}" if role.note else "")
            for name, role in named.roles.items()
        )
        lines.append(f"example     {named.example.trigger}  [{named.example.doc}]")
    return "\n".join([*lines, *_attributes(named.attributes)])


def _entity(entity: EntityType) -> Iterator[str]:
    yield f"key         {entity.key}"
    yield f"layer       {entity.layer}"
    yield f"definition  {entity.definition}"
    yield from (f"yes         {_quoted(example)}" for example in entity.positive)
    yield from (f"no          {_quoted(example)}: {example.why}" for example in entity.negative)
    yield from (f"boundary    {rule}" for rule in entity.boundary)
    yield from _listed("may contain", entity.nests)
    yield from _listed("not to be mistaken for", entity.confusions)
    if entity.value:
        yield f"value       {entity.value}"


def _quoted(example: Example) -> str:
    text = f"{example.span} in {example.text}" if example.span else example.text
    return f"{text}  [{example.doc}]" + (f" ({example.note})" if example.note else "")


def _listed(name: str, items: Iterable[str]) -> Iterator[str]:
    listed = ", ".join(items)
    if listed:
        yield f"{name}: {listed}"


def _attributes(attributes: Mapping[str, Attribute]) -> Iterator[str]:
    for name, attribute in attributes.items():
        allowed = ", ".join(attribute.values) or (f"matches {attribute.pattern}" if attribute.pattern else "any text")
        unsaid = f" ({attribute.default} goes without saying)" if attribute.default else ""
        yield f"attribute   {name}: {allowed}{unsaid}"
