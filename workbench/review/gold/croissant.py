"""Croissant metadata of a release: what programs need to find its files and to load its records.

Croissant 1.0 (https://docs.mlcommons.org/croissant/docs/croissant-spec.html), validated and loaded with mlcroissant in
the tests. One set of files is read in one way, so each record set that takes another path through the annotations has
a file set of its own. `gold check` makes the metadata again: what a format of manifests gives never changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from schemas import Schema
from workbench.core.files import canonical_json
from workbench.review.gold.manifest import Manifest

_CONTEXT: Mapping[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_FORMATS: Mapping[str, str] = {
    "txt": "text/plain",
    "json": "application/json",
    "yaml": "application/yaml",
    "md": "text/markdown",
}
_VALUE: Mapping[str, str] = {
    "kind": "money, quantity, time or place",
    "value": "the number, or the TIMEX3 value",
    "min": "lower bound",
    "max": "upper bound",
    "mod": "how to read the number",
    "unit": "CNY, ratio, or the unit as written",
    "per": "of a rate: per what",
    "type": "of a time: DATE, TIME, DURATION or SET",
    "name": "of a place: its official name",
    "code": "of a place: its code of GB/T 2260",
    "revision": "the edition of GB/T 2260 that the code is read in (YYYYMM)",
}
_RESPONSIBLE: Mapping[str, str] = {
    "rai:dataBiases": "The reports were written by the helping side and tell what went well.",
    "rai:personalSensitiveInformation": "The texts name private persons, among them poor villagers with illnesses.",
    "rai:dataReleaseMaintenancePlan": "A release never changes; a correction is a new decision and a new release.",
}
_ARGUMENTS = "$.frames[*].arguments[*]"
_RIGHTS = (
    "No licence is stated. The texts were collected from public web pages; their rights stay with their publishers."
)


def croissant(manifest: Manifest, schema: Schema, hashes: Mapping[str, str]) -> str:
    """The metadata as canonical JSON; `hashes` are the SHA-256 of the files that it lists, by path."""
    name = f"{schema.id}-gold"
    content = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.0", "http://mlcommons.org/croissant/RAI/1.0"],
        "name": name,
        "description": _description(manifest, schema),
        "version": manifest.release,
        "datePublished": manifest.date,
        "inLanguage": schema.language,
        "creator": {"@type": "sc:Organization", "name": "The maintainers of cppcc-workbench"},
        "license": _RIGHTS,
        "citeAs": f"{name} {manifest.release} ({manifest.date}), gold annotations of batch {manifest.batch}",
        "isLiveDataset": False,
        "keywords": ["information extraction", "relation extraction", "Chinese", "annotation", "gold standard"],
        "rai:dataLimitations": _limitations(manifest),
        **_RESPONSIBLE,
        "distribution": [*_files(hashes), *_file_sets()],
        "recordSet": list(_record_sets(schema)),
    }
    return canonical_json(content)


def _description(manifest: Manifest, schema: Schema) -> str:
    counts = manifest.counts
    entities, relations, frames = (sum(part.values()) for part in (counts.entities, counts.relations, counts.frames))
    return (
        f"{schema.en}: {len(manifest.documents)} documents with {entities} entities, {relations} relations and "
        f"{frames} frames, made with schema {schema.id} {schema.version}. DATASHEET.md says how, and what it must not "
        "be used for."
    )


def _limitations(manifest: Manifest) -> str:
    return (
        f"{len(manifest.documents)} documents, no random sample: they stand for no others. The agreement of the "
        "passes is in manifest.json, what it does not show in DATASHEET.md."
    )


def _files(hashes: Mapping[str, str]) -> Iterable[dict[str, Any]]:
    for path, digest in hashes.items():
        yield {
            "@type": "cr:FileObject",
            "@id": path,
            "name": path,
            "contentUrl": path,
            "encodingFormat": _FORMATS[path.rsplit(".", 1)[1]],
            "sha256": digest,
        }


def _file_sets() -> Iterable[dict[str, Any]]:
    for name, pattern, description in (
        ("texts", "documents/*.txt", "Clean texts; offsets are code points of these."),
        ("entity-files", "annotations/*.json", "Annotations, as entities are read from them."),
        ("relation-files", "annotations/*.json", "Annotations, as relations are read from them."),
        ("frame-files", "annotations/*.json", "Annotations, as frames are read from them."),
        ("argument-files", "annotations/*.json", "Annotations, as the arguments of frames are read from them."),
    ):
        yield {
            "@type": "cr:FileSet",
            "@id": name,
            "name": name,
            "description": description,
            "encodingFormat": _FORMATS[pattern.rsplit(".", 1)[1]],
            "includes": pattern,
        }


def _record_sets(schema: Schema) -> Iterable[dict[str, Any]]:
    entity = _names(known.attributes for known in schema.entities)
    relation = _names(known.attributes for known in schema.relations)
    frame = _names(known.attributes for known in schema.frames)
    working = tuple(schema.annotation_attributes)
    yield _record_set(
        "documents", "The clean text of every report.", [_doc_id("documents", "texts"), _content("documents", "texts")]
    )
    at = ("entities", "entity-files", "$.entities[*]")
    yield _record_set(
        "entities",
        "Every entity. Ids are unique within a document; fragments are [start, end) in code points of the text.",
        [
            _doc_id(*at[:2]),
            *(_text(at, name) for name in ("id", "type", "text", "cluster")),
            _spans(at, "fragments"),
            *(_text(at, f"value.{name}", note) for name, note in _VALUE.items()),
            *(_text(at, f"attributes.{name}") for name in (*entity, *working)),
        ],
    )
    at = ("relations", "relation-files", "$.relations[*]")
    yield _record_set(
        "relations",
        "Every relation; head and tail are ids of entities of the same document.",
        [
            _doc_id(*at[:2]),
            *(_text(at, name) for name in ("id", "type", "head", "tail")),
            *(_text(at, f"attributes.{name}") for name in (*relation, *working)),
        ],
    )
    at = ("frames", "frame-files", "$.frames[*]")
    yield _record_set(
        "frames",
        "Every frame: a deed with its trigger; who does what in it is in arguments.",
        [
            _doc_id(*at[:2]),
            *(_text(at, name) for name in ("id", "type", "trigger.text")),
            _spans(at, "trigger.fragments"),
            *(_text(at, f"attributes.{name}") for name in (*frame, *working)),
        ],
    )
    at = ("arguments", "argument-files", _ARGUMENTS)
    # in jsonpath_rw the parent of a list's member is what holds the list
    above = ("arguments", "argument-files", f"{_ARGUMENTS}.`parent`.`parent`")
    yield _record_set(
        "arguments",
        "Every argument of a frame: the frame's id, the role, and the id of the entity that fills it.",
        [
            _doc_id(*at[:2]),
            _field(above, "frame", "id"),
            _field(above, "frame_type", "type"),
            *(_text(at, name) for name in ("role", "entity")),
        ],
    )


def _names(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """The names of all groups, each once."""
    return tuple(dict.fromkeys(name for group in groups for name in group))


def _record_set(name: str, description: str, fields: list[dict[str, Any]]) -> dict[str, Any]:
    return {"@type": "cr:RecordSet", "@id": name, "name": name, "description": description, "field": fields}


_At = tuple[str, str, str]
"""Record set, file set, and the path of its records in a file."""


def _doc_id(records: str, files: str) -> dict[str, Any]:
    source = {
        "fileSet": {"@id": files},
        "extract": {"fileProperty": "filename"},
        "transform": {"regex": r"^(.*)\.[a-z]+$"},
    }
    return _described(records, "doc_id", source)


def _content(records: str, files: str) -> dict[str, Any]:
    return _described(records, "text", {"fileSet": {"@id": files}, "extract": {"fileProperty": "content"}})


def _text(at: _At, path: str, note: str = "") -> dict[str, Any]:
    return _field(at, path.replace(".", "_"), path, note)


def _field(at: _At, name: str, path: str, note: str = "") -> dict[str, Any]:
    """A field of a record, by its path inside the record; a record that lacks it has null there."""
    records, files, start = at
    source = {"fileSet": {"@id": files}, "extract": {"jsonPath": start}, "transform": {"jsonPath": path}}
    return _described(records, name, source, note)


def _spans(at: _At, path: str) -> dict[str, Any]:
    field = _field(at, path.replace(".", "_"), path, "[start, end) of each fragment, in order")
    return {**field, "dataType": "sc:Integer", "repeated": True}


def _described(records: str, name: str, source: Mapping[str, Any], note: str = "") -> dict[str, Any]:
    field: dict[str, Any] = {"@type": "cr:Field", "@id": f"{records}/{name}", "name": name}
    return {**field, **({"description": note} if note else {}), "dataType": "sc:Text", "source": source}
