"""Arguments and options of the verbs that score, so that one word means one thing in all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from schemas import Schema as SchemaModel
    from workbench.scoring.collection import Source
    from workbench.scoring.measures import Measure
    from workbench.scoring.selection import Selection

_SOURCE = "annotation files, JSON lines, or any other format that convert reads"
Gold = Annotated[Path, typer.Argument(metavar="GOLD", help=f"The reference: {_SOURCE}.")]
Predicted = Annotated[Path, typer.Argument(metavar="PREDICTED", help=f"What is measured: {_SOURCE}.")]
Systems = Annotated[list[Path], typer.Argument(metavar="PREDICTED...", help=f"What is measured: each {_SOURCE}.")]
Schema = Annotated[
    str | None, typer.Option("--schema", help="Schema by name or path, or none; by default that of GOLD's batch.")
]
Types = Annotated[
    list[str] | None, typer.Option("--types", help="Only these entity, relation and frame types (A,B or repeated).")
]
Layers = Annotated[
    list[str] | None, typer.Option("--layers", help="Only these layers: mention, value, …, relations, frames.")
]
Documents = Annotated[
    list[str] | None, typer.Option("--documents", help="Only these documents, by id or pattern (00*).")
]
Measures = Annotated[
    list[str] | None,
    typer.Option("--measure", help="Further measures by name, such as 'entity_f1(match=iou)'; or all."),
]
Duplicates = Annotated[
    str, typer.Option("--duplicates", help="A second item of equal span and type: spurious, dedupe or error.")
]
UnknownLabels = Annotated[
    str, typer.Option("--unknown-labels", help="Predicted types that the schema lacks: spurious, drop or error.")
]
MissingDocuments = Annotated[
    str, typer.Option("--missing-documents", help="Documents on one side only: error, empty (an answer) or skip.")
]
Optional = Annotated[str, typer.Option("--optional", help="Mentions that the schema calls optional: ignore or count.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed of everything that is drawn at random.")]
FailUnder = Annotated[
    list[str] | None,
    typer.Option("--fail-under", metavar="MEASURE=NUMBER", help="Exit with 1 when a measure is lower."),
]


def measures_of(names: Sequence[str]) -> tuple[Measure, ...]:
    """The measures that are named; `all` names every one."""
    from workbench.core.errors import UsageMistake
    from workbench.scoring.measures import catalogue, parse

    measures: list[Measure] = []
    wrong = []
    for name in names:
        try:
            measures += catalogue() if name == "all" else [parse(name)]
        except UsageMistake as mistake:
            wrong.append(str(mistake))
    if wrong:
        raise UsageMistake("\n".join(wrong))
    return tuple(dict.fromkeys(measures))


def schema_of_gold(name: str | None, gold: Path) -> SchemaModel | None:
    """The schema that is named, or that of gold's batch."""
    from workbench.core.schema import open_schema
    from workbench.corpus.reading import schema_of

    return None if name == "none" else open_schema(name or schema_of(gold))


def selection_of(
    known: SchemaModel | None, chosen: tuple[list[str] | None, list[str] | None, list[str] | None], **policies: str
) -> Selection:
    """What is scored; `chosen` are types, layers and documents, each as a list whose members may hold commas."""
    from pydantic import ValidationError

    from workbench.core.errors import UsageMistake
    from workbench.scoring.selection import Policies, Selection

    try:
        checked = Policies.model_validate(policies)
    except ValidationError as error:
        lines = (
            f"--{str(item['loc'][0]).replace('_mentions', '').replace('_', '-')}: "
            f"{item['input']!r} is not {item['ctx']['expected']}"
            for item in error.errors()
        )
        raise UsageMistake("\n".join(lines)) from None
    types, layers, documents = (_split(names) for names in chosen)
    return Selection(known=known, types=types, layers=layers, documents=documents, policies=checked)


def _split(names: list[str] | None) -> tuple[str, ...]:
    parts = (part.strip() for name in names or [] for part in name.split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def sources(selection: Selection, *paths: Path) -> tuple[Source, ...]:
    """The documents at each path, to be read one at a time; says when they were made with unlike revisions."""
    from workbench.cli.output import talk
    from workbench.corpus.sources import InMemory, open_annotated

    nothing = selection.policies.missing_documents == "empty"  # then a file without documents is an answer
    opened = tuple(
        InMemory(()) if nothing and number and _is_blank(path) else open_annotated(path, selection.known)
        for number, path in enumerate(paths)
    )
    for path, other in zip(paths[1:], opened[1:], strict=True):
        versions = _unlike_revisions(opened[0], other)
        if versions:
            talk(f"warning: {paths[0]} was made with {versions[0]}, {path} with {versions[1]}: workbench migrate")
    return opened


def _unlike_revisions(gold: Source, other: Source) -> tuple[str, str] | None:
    """The versions of the first document that both have, where they are of unlike revisions."""
    from workbench.core.errors import FaultyData
    from workbench.scoring.versions import unlike

    shared = next((doc_id for doc_id in gold.doc_ids if doc_id in other.doc_ids), None)
    if shared is None:
        return None
    try:
        left, right = (source.read(shared).annotation.made_with for source in (gold, other))
    except FaultyData:  # said with all others when the documents are compared
        return None
    if left is None or right is None or unlike(left, right) != "revision":
        return None
    return left.version, right.version


def _is_blank(path: Path) -> bool:
    """Tell whether a file holds nothing but white space."""
    return path.is_file() and path.stat().st_size < 2**16 and not path.read_bytes().strip()


def refuse_overwriting(output: Path | None, *inputs: Path) -> None:
    """Keep what is read from being written over.

    Raises:
        UsageMistake: the output is one of the inputs, or lies in one of them.
    """
    from workbench.core.errors import UsageMistake

    if output is None:
        return
    whole = output.resolve()
    for path in inputs:
        if path.resolve() in (whole, *whole.parents):
            raise UsageMistake(f"{output} is part of what is read ({path}); choose another place to write to")


def footnotes(results: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What stands under a table: notes by system, how intervals were made, and the signatures."""
    for name, result in results.items():
        of = f"{name}: " if len(results) > 1 else ""
        yield from (of + note for note in result["notes"])
    blocks = [block["interval"] for result in results.values() for block in result["measures"].values()]
    methods = sorted({block["method"] for block in blocks if block["low"] is not None})
    documents = next(iter(results.values()))["documents"]
    if methods:
        drawn = next(iter(results.values()))["statistics"]
        seed = f", seed {drawn['seed']}, {drawn['draws']} draws" if any("bootstrap" in name for name in methods) else ""
        yield f"95 %: {', '.join(methods)} over {documents} documents{seed}"
    yield from dict.fromkeys(f"95 % n/a: {block['note']}" for block in blocks if block["low"] is None)
    yield from dict.fromkeys(result["signature"] for result in results.values())
