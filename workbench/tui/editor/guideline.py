"""The guideline of a type, from the schema: what it is, where it begins and ends, what it is not."""

from __future__ import annotations

from schemas import EntityType, FrameType, Schema


def guideline(schema: Schema, kind: str) -> list[str]:
    """Lines to read about an entity, frame or relation type; nothing for a type that the schema does not have."""
    if kind in schema.entity_types:
        return _entity(schema, schema.entity_types[kind])
    if kind in schema.frame_types:
        return _frame(schema.frame_types[kind])
    if kind not in schema.relation_types:
        return []
    known = schema.relation_types[kind]
    pairs = [f"  {head} → {tail}" for head, tail in sorted(known.admissible)]
    return [f"{known.zh} {known.id} · {known.en}", *([known.cardinality] if known.cardinality else []), *pairs]


def _entity(schema: Schema, known: EntityType) -> list[str]:
    lines = [
        f"{known.badge} {known.zh} {known.id} · {known.en}  [{known.key}]",
        "",
        known.definition,
        "",
        "边界 boundary",
    ]
    lines += [f"  · {rule}" for rule in known.boundary]
    lines += ["", "标注 yes"]
    lines += [f"  ✓ {one.span or one.text}{f' ({one.note})' if one.note else ''}" for one in known.positive]
    if known.negative:
        lines += ["", "不标 no"]
        lines += [f"  ✗ {one.span or one.text}: {one.why}" for one in known.negative]
    if known.confusions:
        names = (f"{one} {schema.entity_types[one].zh}" for one in known.confusions if one in schema.entity_types)
        lines += ["", f"易混 confusions: {', '.join(names)}"]
    if known.nests:
        lines += ["", f"内可含 may contain: {', '.join(known.nests)}"]
    return lines


def _frame(known: FrameType) -> list[str]:
    lines = [
        f"{known.badge} {known.zh} {known.id} · {known.en}  [{known.key}]",
        "",
        f"触发词 trigger: {known.trigger}",
        "",
    ]
    for name, role in known.roles.items():
        note = f" ({role.note})" if role.note else ""
        lines.append(f"  {role.zh} {name} {role.card}: {', '.join(role.types)}{note}")
    return lines
