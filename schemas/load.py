"""Read a schema from its folder and find every fault in it at once.

Owns the YAML file, its line numbers and the checks that need the whole schema.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from schemas import model
from schemas.model import EntityType, Example, Schema

HERE = Path(__file__).parent
Location = tuple[str | int, ...]


class SchemaFault(NamedTuple):
    """One fault: where in the schema (`entities[3].key`), on which line of the file (None: unknown), and what."""

    path: str
    line: int | None
    message: str


class SchemaFaulty(ValueError):
    """A schema cannot be used; `faults` lists everything that is wrong with `file`."""

    def __init__(self, file: Path, faults: Iterable[SchemaFault]) -> None:
        self.file = file
        self.faults = tuple(faults)
        super().__init__(f"{file}: {len(self.faults)} faults, the first: {self.faults[0].message}")


def installed() -> tuple[str, ...]:
    """Names of the schemas that come with the package."""
    return tuple(sorted(path.parent.name for path in HERE.glob("*/schema.yaml")))


def schema_file(name: str) -> Path:
    """The file of an installed schema (`cppcc_poverty` or its id `cppcc-poverty`), or of a folder or file by path."""
    folder = HERE / name.replace("-", "_")
    if name.replace("-", "_") in installed():
        return folder / "schema.yaml"
    path = Path(name)
    return path / "schema.yaml" if path.is_dir() else path


def load(name: str) -> Schema:
    """Read a schema by name or path.

    Raises:
        OSError: the file cannot be read.
        SchemaFaulty: it is not a valid schema; all its faults are listed.
    """
    file = schema_file(name)
    return _load(file, _read(file))


@lru_cache(maxsize=16)
def _load(file: Path, yaml: str) -> Schema:
    """The schema that a file's content says; reading the same content again costs half a second otherwise."""
    tree = _parse(file, yaml)
    content = _plain(tree)
    try:
        schema = Schema.model_validate(content)
    except ValidationError as error:
        found = [*_misshapen(error), *_inconsistencies_of_the_rest(content, error)]
    else:
        found = [*_inconsistencies(schema)]
    if found:
        faults = [_fault(tree, location, message) for location, message in found]
        raise SchemaFaulty(file, sorted(faults, key=lambda fault: fault.line or 0))
    return schema


def check_examples(schema: Schema, texts: Mapping[str, str], file: Path | None = None) -> list[SchemaFault]:
    """Find the examples that do not occur in the clean text of the report they name.

    `texts` maps document ids to clean texts; `file` is where the schema was read from, for the line numbers.
    """
    tree = _parse(file, _read(file)) if file else None
    return [
        _fault(tree, location, f"{string!r} does not occur in report {schema.reports.get(doc, doc)}")
        if schema.reports.get(doc, doc) in texts
        else _fault(tree, location, f"report {schema.reports.get(doc, doc)} is not among the documents")
        for location, doc, string in _examples(schema)
        if string not in texts.get(schema.reports.get(doc, doc), "")
    ]


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SchemaFaulty(file, [SchemaFault("", None, f"not UTF-8 (byte {error.start})")]) from None


def _parse(file: Path, content: str) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        tree = YAML(typ="rt", pure=True).load(content)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise SchemaFaulty(file, [SchemaFault("", line, f"not YAML: {error.problem}")]) from None
    except (YAMLError, ValueError) as error:  # ValueError: 2020-13-45, !!int x
        raise SchemaFaulty(file, [SchemaFault("", None, f"not YAML: {error}")]) from None
    except RecursionError:
        raise SchemaFaulty(file, [SchemaFault("", None, "not YAML: nested too deeply")]) from None
    if not isinstance(tree, dict):
        raise SchemaFaulty(file, [SchemaFault("", 1, "a schema is a mapping with id, version, layers, entities …")])
    return tree


def _plain(node: Any) -> Any:
    """Turn ruamel's decorated containers into plain ones, which pydantic reads without surprises."""
    if isinstance(node, dict):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    return node


def _misshapen(error: ValidationError) -> Iterator[tuple[Location, str]]:
    for item in error.errors():
        yield _place(item), _reason(item)


def _place(item: Any) -> Location:
    """Where an error of pydantic is; it marks a faulty key of a mapping by a last part of its own."""
    return tuple(part for part in item["loc"] if part != "[key]")


def _reason(item: Any) -> str:
    message = str(item["msg"]).removeprefix("Value error, ")
    if item["type"] == "string_pattern_mismatch":
        return f"{item['input']!r} is not admissible here (pattern {item['ctx']['pattern']})"
    if item["type"] == "extra_forbidden":
        return "unknown field" + _did_you_mean(str(item["loc"][-1]), _fields_at(_place(item)))
    return message


def _fields_at(location: Location) -> set[str]:
    """The fields that the record at the parent of `location` has, or could have."""
    sections: dict[str | int, type[BaseModel]] = {
        "layers": model.Layer,
        "zones": model.ZoneKind,
        "annotation_attributes": model.Attribute,
        "entities": model.EntityType,
        "relations": model.RelationType,
        "frames": model.FrameType,
    }
    inner = (model.Attribute, model.Counterexample, model.Role, model.RelationExample, model.FrameExample)
    records: dict[int, tuple[type[BaseModel], ...]] = {1: (Schema,), 3: (sections.get(location[0], Schema),)}
    return {field for record in records.get(len(location), inner) for field in record.model_fields}


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    nearest = get_close_matches(name, known, n=1)
    return f"; did you mean {nearest[0]!r}?" if nearest else ""


def _fault(tree: Any, location: Location, message: str) -> SchemaFault:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).removeprefix(".")
    return SchemaFault(path, _line(tree, location), message)


def _line(tree: Any, location: Location) -> int | None:
    """The line of the innermost part of `location` that stands in the file, counted from 1."""
    line, node = (tree.lc.line + 1 if tree else None), tree
    for part in location:
        try:
            position = node.lc.data[part]
            line = position[0] + 1
            node = node[part]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return line


def _inconsistencies_of_the_rest(content: Any, error: ValidationError) -> Iterator[tuple[Location, str]]:
    """What is inconsistent among the types that have the right shape; nothing when the schema's frame is broken."""
    bad = {_place(item)[:2] for item in error.errors()}
    kept = {
        kind: [index for index in range(len(content[kind])) if (kind, index) not in bad]
        for kind in ("entities", "relations", "frames")
        if isinstance(content.get(kind), list)
    }
    rest = {name: value for name, value in content.items() if name in Schema.model_fields}
    rest |= {kind: [content[kind][index] for index in indexes] for kind, indexes in kept.items()}
    try:
        schema = Schema.model_validate(rest)
    except ValidationError:
        return
    ids = {str(item["id"]) for item in content["entities"] if isinstance(item, dict) and "id" in item}
    for (kind, index, *inner), message in _inconsistencies(schema, ids):
        yield (kind, kept[str(kind)][int(index)] if kind in kept else index, *inner), message


def _inconsistencies(schema: Schema, ids: Iterable[str] = ()) -> Iterator[tuple[Location, str]]:
    """Everything that a field-by-field check cannot see; `ids` are entity types that count as known in any case."""
    yield from _repeated(schema)
    known = {*schema.entity_types, *ids}
    for index, entity in enumerate(schema.entities):
        yield from _entity_faults(schema, entity, known, ("entities", index))
    for index, relation in enumerate(schema.relations):
        for field in ("head", "tail"):
            yield from _unknown(getattr(relation, field), known, ("relations", index, field))
        for number, pair in enumerate(relation.pairs):
            yield from _unknown(pair, known, ("relations", index, "pairs", number))
    for index, frame in enumerate(schema.frames):
        for name, role in frame.roles.items():
            yield from _unknown(role.types, known, ("frames", index, "roles", name, "types"))
    if schema.reports:
        for location, doc, _ in _examples(schema):
            if doc not in schema.reports:
                yield location, f"report {doc!r} is not listed under reports" + _did_you_mean(doc, schema.reports)


def _repeated(schema: Schema) -> Iterator[tuple[Location, str]]:
    typed: list[tuple[str, int, Any]] = [
        (kind, index, item)
        for kind in ("entities", "relations", "frames")
        for index, item in enumerate(getattr(schema, kind))
    ]
    for field in ("id", "key", "badge"):
        owner: dict[str, str] = {}
        for kind, index, item in typed:
            value = getattr(item, field, None)
            if value is None:
                continue
            if value in owner:
                yield (kind, index, field), f"{field} {value!r} is already taken by {owner[value]}"
            owner.setdefault(value, item.id)


def _entity_faults(schema: Schema, entity: EntityType, known: set[str], at: Location) -> Iterator[tuple[Location, str]]:
    if entity.layer not in schema.layers:
        yield (*at, "layer"), f"unknown layer {entity.layer!r}; the layers are {', '.join(schema.layers)}"
    yield from _unknown(entity.confusions, known, (*at, "confusions"))
    yield from _unknown(entity.nests, {*known, *(f"*{layer}" for layer in schema.layers)}, (*at, "nests"))
    for name, value in entity.optional_when.items():
        attribute = entity.attributes.get(name)
        if attribute is None:
            yield (*at, "optional_when", name), f"{entity.id} has no attribute {name!r}"
        elif not attribute.allows(value):
            yield (*at, "optional_when", name), f"{value!r} is not a value of attribute {name!r}"


def _unknown(names: Iterable[str], known: Iterable[str], at: Location) -> Iterator[tuple[Location, str]]:
    for name in names:
        if name not in known:
            yield at, f"unknown type {name!r}" + _did_you_mean(name, known)


def _examples(schema: Schema) -> Iterator[tuple[Location, str, str]]:
    """Every string that the schema quotes from a report: its place, the report, the string."""
    groups: list[tuple[Location, Iterable[Example]]] = [
        (("zones", name, "examples"), zone.examples) for name, zone in schema.zones.items()
    ]
    for index, entity in enumerate(schema.entities):
        groups.append((("entities", index, "positive"), entity.positive))
        groups.append((("entities", index, "negative"), entity.negative))
    for at, examples in groups:
        for number, example in enumerate(examples):
            yield (*at, number, "text"), example.doc, example.text
    for index, relation in enumerate(schema.relations):
        for end in ("head", "tail"):
            yield ("relations", index, "example", end), relation.example.doc, getattr(relation.example, end)
    for index, frame in enumerate(schema.frames):
        yield ("frames", index, "example", "trigger"), frame.example.doc, frame.example.trigger
