"""What 0.2.0 writes of names (D61): no default, canonical names where the text deviates, units and places."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.cppcc_poverty.divisions import REVISION, Division, division, is_division, resolve, simplified
from schemas.draft import Draft, Item, attribute, drop_attributes

_COUNTY_AND_ABOVE = ("province", "prefecture", "county")
_PARENT_SUFFIXES = ("省", "市", "州", "县", "区", "旗", "盟", "镇", "乡", "街道", "林场")


def drop_defaults(draft: Draft) -> None:
    """`spec=SPC` goes without saying."""
    for entity in draft.of_type("ORG", "LOC", "DOC", "PROBLEM"):
        if attribute(entity, "spec") == "SPC":
            drop_attributes(entity, "spec")
            draft.note_entity("automatic", "D61", "spec=SPC goes without saying: dropped", entity, ".attributes.spec")


def units(draft: Draft) -> None:
    """Units of quantities in the characters of the text."""
    for entity in draft.of_type("QUANT"):
        unit = entity.get("value", {}).get("unit")
        if unit is not None and unit not in entity["text"] and (plain := simplified(unit)) in entity["text"]:
            entity["value"] = {**entity["value"], "unit": plain}
            draft.note_entity("automatic", "D61", f"unit {unit} as the text writes it: {plain}", entity, ".value.unit")


def canonical_names(draft: Draft) -> None:
    """Canonical names in simplified characters, on mentions that read otherwise."""
    needless: list[tuple[Item, str]] = []
    for entity in draft.entities:
        name = attribute(entity, "canonical")
        if name is None:
            continue
        if name != entity["text"] and (plain := simplified(name)) != name:
            message = f"canonical name {name} in simplified characters: {plain}"
            draft.note_entity("automatic", "D61", message, entity, ".attributes.canonical")
            entity["attributes"]["canonical"] = name = plain
        if name == entity["text"]:
            needless.append((entity, name))
    for entity, _ in needless:
        drop_attributes(entity, "canonical")
    for entity, name in needless:
        other = _reads_otherwise(draft, entity, name)
        moved = f"; now on {other['text']} {other['id']}" if other is not None else ""
        message = f"canonical name {name} is what the text reads: dropped{moved}"
        draft.note_entity("automatic", "D61", message, entity, ".attributes.canonical")
        if other is not None:
            other["attributes"] = {**other.get("attributes", {}), "canonical": name}
            draft.note_entity(
                "automatic", "D61", f"canonical name {name} of its cluster", other, ".attributes.canonical"
            )


def _reads_otherwise(draft: Draft, entity: Item, name: str) -> Item | None:
    """The first mention of the cluster that needs the canonical name; None when one has it, or all read like it."""
    cluster = entity.get("cluster")
    mentions = [one for one in draft.of_type(entity["type"]) if cluster is not None and one.get("cluster") == cluster]
    if any(attribute(one, "canonical") is not None for one in mentions):
        return None
    return next((one for one in mentions if one["text"] != name), None)


def places(draft: Draft) -> None:
    """Place values: name and code of GB/T 2260 from county level up, below only names that deviate from the text."""
    known = _known_names(draft)
    for entity in draft.of_type("LOC"):
        value = entity.get("value")
        if value is None:
            _missing(draft, entity)
        elif value.get("code") is not None:
            _coded(draft, entity, value)
        elif attribute(entity, "level") in (*_COUNTY_AND_ABOVE, None):
            _named(draft, entity, value, known)
        else:
            _below_county(draft, entity, value, known)


def _known_names(draft: Draft) -> frozenset[str]:
    """Names that may stand before another as its parents: of the places of the report that end like a unit."""
    names = {entity["text"] for entity in draft.of_type("LOC")}
    names |= {
        simplified(str(entity["value"].get("name") or "")) for entity in draft.of_type("LOC") if "value" in entity
    }
    return frozenset(name for name in names if len(name) > 1 and name.endswith(_PARENT_SUFFIXES))


def _missing(draft: Draft, entity: Item) -> None:
    if attribute(entity, "level") in _COUNTY_AND_ABOVE and _is_specific(entity):
        draft.note_entity("needs_human", "D61", "has no name and code of GB/T 2260", entity, ".value")


def _is_specific(entity: Item) -> bool:
    return attribute(entity, "spec") != "GEN" and attribute(entity, "mention") != "NOM"


def _fits(entity: Item, unit: Division, name: str | None) -> bool:
    """Tell whether a unit agrees with the mention's text and with the name that was written for it."""
    return (not _is_specific(entity) or unit.fits(entity["text"])) and (
        name is None or name.endswith(unit.name) or unit.fits(name)
    )


def _coded(draft: Draft, entity: Item, value: Item) -> None:
    unit = division(value["code"])
    name = simplified(value["name"]) if value.get("name") is not None else None
    if unit is None:
        message = f"GB/T 2260 has no code {value['code']} in revision {REVISION}"
        draft.note_entity("needs_human", "D61", message, entity, ".value")
    elif not _fits(entity, unit, name):
        message = f"code {unit.code} is {unit.path}, which is not {name or entity['text']}"
        draft.note_entity("needs_human", "D61", message, entity, ".value")
    else:
        _write(draft, entity, unit)


def _write(draft: Draft, entity: Item, unit: Division) -> None:
    value = {"kind": "place", "name": unit.name, "code": unit.code, "revision": REVISION}
    if entity["value"] != value:
        entity["value"] = value
        message = f"name and code of GB/T 2260: {unit.name} {unit.code}"
        draft.note_entity("automatic", "D61", message, entity, ".value")


def _named(draft: Draft, entity: Item, value: Item, known: frozenset[str]) -> None:
    """A name without a code, at county level or above, or at no level that is written."""
    name = simplified(value["name"])
    unit = resolve(name)
    if unit is not None and _fits(entity, unit, name):
        _write(draft, entity, unit)
    elif attribute(entity, "level") is None:
        _below_county(draft, entity, value, known)
    else:
        message = f"no code of GB/T 2260 is written for {name}, and none is the only one with this name"
        draft.note_entity("needs_human", "D61", message, entity, ".value")


def _below_county(draft: Draft, entity: Item, value: Item, known: frozenset[str]) -> None:
    name = simplified(value["name"])
    own = entity["text"] if name.endswith(entity["text"]) else _without_parents(name, known)
    if own != name:
        draft.note_entity("lossy", "D61", f"place name {name} without its parents: {own}", entity, ".value")
    if own == entity["text"]:
        del entity["value"]
        if own == name:
            draft.note_entity(
                "automatic", "D61", f"place name {name} is what the text reads: dropped", entity, ".value"
            )
    elif own != value["name"]:
        entity["value"] = {**value, "name": own}
        if own == name:
            draft.note_entity("automatic", "D61", f"place name in simplified characters: {own}", entity, ".value")
    if own != entity["text"] and any(suffix in own[:-1] for suffix in _PARENT_SUFFIXES):
        draft.note_entity("needs_human", "D61", f"is {own} one name, or the name of its parents too?", entity, ".value")


def _without_parents(name: str, known: Iterable[str]) -> str:
    """The name without the units that it begins with; at least two characters of it stay."""
    while True:
        heads = [name[:length] for length in range(len(name) - 2, 1, -1)]
        head = next((head for head in heads if head in known or _is_unit(head)), None)
        if head is None:
            return name
        name = name[len(head) :]


def _is_unit(name: str) -> bool:
    return name.endswith(_PARENT_SUFFIXES) and is_division(name)
