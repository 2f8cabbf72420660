"""The datasheet of a release: its manifest in words, after the questions of Gebru et al. (2021).

A release never changes, and `gold check` makes its datasheet again to compare the figures. So a template belongs to one
format of manifests and stays as it is once there is a release: other words need a further template and format.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from schemas import Schema
from workbench.review.gold.manifest import Figure, Manifest, PairFacts
from workbench.scoring.markdown import escape
from workbench.scoring.report import percent

TEMPLATES: Mapping[str, str] = {"workbench-release/1": "datasheet-1.md.j2"}
"""The template of each format of manifests."""

MEASURES: Mapping[str, str] = {
    "entity_f1(match=strict)": "entities, F1, span and type",
    "entity_f1(match=partial)": "entities, F1, half for overlap",
    "entity_f1(match=type)": "entities, F1, type and overlap",
    "coreference_f1(match=conll)": "clusters, CoNLL F1",
    "relation_f1(match=strict)": "relations, F1, end to end",
    "relation_f1(match=given_entities)": "relations, F1, given entities",
    "trigger_f1(match=classification)": "frames, F1, trigger and type",
    "argument_f1(match=classification)": "arguments, F1, end to end",
    "argument_f1(match=classification,attachment=given)": "arguments, F1, given frames and entities",
}
"""The measures that the datasheet shows, and what they are called there; the manifest has all."""

FEW = 10
"""Types with fewer annotations are named as rare."""

_STATUSES = ("agreed", "single", "adjudicated", "unresolved")
_GROUPS: Mapping[str, str] = {"entities": "entity type", "relations": "relation type", "frames": "frame type"}


def datasheet(manifest: Manifest, schema: Schema) -> str:
    """The datasheet in Markdown; hashes of files play no part in it."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("workbench.review", "templates"),
        autoescape=False,  # noqa: S701  # Markdown: md escapes what comes from data
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"md": escape, "percent": percent, "total": lambda numbers: sum(numbers.values())}
    text = environment.get_template(TEMPLATES[manifest.format]).render(_content(manifest, schema))
    return _single_blank_lines(text)


def _single_blank_lines(text: str) -> str:
    """The text with one blank line where there are several; it ends with one newline."""
    lines: list[str] = []
    for line in text.strip().split("\n"):
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return "\n".join(lines) + "\n"


def _content(manifest: Manifest, schema: Schema) -> dict[str, Any]:
    annotators = set(manifest.annotators)
    before = [pair for pair in manifest.agreement if {pair.left, pair.right} <= annotators]
    after = [pair for pair in manifest.agreement if pair not in before]
    return {
        "manifest": manifest,
        "quoted": "\n".join(f"> {line}".rstrip() for line in manifest.about.split("\n")),
        "reports": list(_reports(manifest)),
        "unfinished": list(_unfinished(manifest, schema)),
        "types": list(_types(manifest, schema)),
        "statuses": list(_STATUSES),
        "units": list(_units(manifest)),
        "findings": sum(one.findings for one in manifest.audit.values()),
        "answered": sum(one.answered for one in manifest.audit.values()),
        "before": _names(before),
        "after": _names(after),
        "agreed_before": list(_measures(before)),
        "agreed_after": list(_measures(after)),
        "layers_before": list(_layers(before)),
        "layers_after": list(_layers(after)),
        "rare": [name for group in _GROUPS for name, number in getattr(manifest.counts, group).items() if number < FEW],
        "least": _least(before),
        "relaxed": [kind for kind, known in schema.entity_types.items() if known.boundary_scoring == "relaxed"],
    }


def _reports(manifest: Manifest) -> Iterator[Sequence[Any]]:
    for doc_id, facts in manifest.documents.items():
        layers = facts.counts.layers
        relations, frames = layers.get("relations", 0), layers.get("frames", 0)
        entities = sum(layers.values()) - relations - frames
        words = (doc_id, facts.publisher or "?", facts.date or "?", ", ".join(facts.passes))
        yield [*map(escape, words), facts.characters, entities, relations, frames]


def _unfinished(manifest: Manifest, schema: Schema) -> Iterator[tuple[str, list[str]]]:
    for doc_id, facts in manifest.documents.items():
        missing = [layer for layer in schema.finishable if layer not in facts.finished_layers]
        if missing:
            yield doc_id, missing


def _types(manifest: Manifest, schema: Schema) -> Iterator[tuple[str, list[Sequence[Any]]]]:
    """Tables of types: the title, and rows of type, Chinese name, number, and in how many reports it occurs."""
    names = {kind: known.zh for kind, known in {**schema.entity_types, **schema.relation_types}.items()}
    names |= {kind: known.zh for kind, known in schema.frame_types.items()}
    for group, title in _GROUPS.items():
        each = [getattr(facts.counts, group) for facts in manifest.documents.values()]
        rows: list[Sequence[Any]] = [
            [kind, names.get(kind, ""), number, sum(kind in found for found in each)]
            for kind, number in getattr(manifest.counts, group).items()
        ]
        if rows:
            yield title, rows


def _units(manifest: Manifest) -> Iterator[Sequence[Any]]:
    made = manifest.adjudication
    for kind, numbers in {**made.units, "all": made.outcomes}.items():
        yield [kind, *(numbers.get(status, 0) for status in _STATUSES), sum(numbers.values())]


def _names(pairs: Sequence[PairFacts]) -> list[str]:
    return [f"{escape(pair.left)} – {escape(pair.right)}" for pair in pairs]


def _measures(pairs: Sequence[PairFacts]) -> Iterator[Sequence[str]]:
    """Rows of measures; a column for each pair."""
    for measure, name in MEASURES.items():
        yield [name, *(_cell(pair.measures.get(measure, Figure(value=None))) for pair in pairs)]
    if any(pair.gamma for pair in pairs):
        yield ["entities, γ × 100", *(_cell(pair.gamma or Figure(value=None)) for pair in pairs)]
    yield ["types of entities that both have, κ × 100", *(_cell(pair.types) for pair in pairs)]
    yield ["these are of all entities", *(percent(pair.coverage) for pair in pairs)]
    for side, name in (("start", "start"), ("end", "end"), ("both", "start and end")):
        yield [
            f"equal boundaries of overlapping entities, {name}",
            *(percent(pair.boundaries.get(side)) for pair in pairs),
        ]
    yield ["equal attributes where both have the item", *(percent(_share(pair, "attributes")) for pair in pairs)]
    yield ["equal values where both have the entity", *(percent(_share(pair, "values")) for pair in pairs)]


def _share(pair: PairFacts, group: str) -> float | None:
    said = getattr(pair, group).values()
    compared = sum(one.compared for one in said)
    return sum(one.equal for one in said) / compared if compared else None


def _layers(pairs: Sequence[PairFacts]) -> Iterator[Sequence[str]]:
    for layer in dict.fromkeys(layer for pair in pairs for layer in pair.layers):
        yield [layer, *(percent(pair.layers[layer].f1) if layer in pair.layers else "n/a" for pair in pairs)]


def _least(pairs: Sequence[PairFacts]) -> tuple[str, float] | None:
    """The layer with the lowest F1; None where nothing is compared."""
    found = [(row.f1, layer) for pair in pairs for layer, row in pair.layers.items() if row.f1 is not None]
    return (min(found)[1], min(found)[0]) if found else None


def _cell(figure: Figure) -> str:
    if figure.low is None or figure.high is None:
        return percent(figure.value)
    return f"{percent(figure.value)} ({percent(figure.low)} to {percent(figure.high)})"
