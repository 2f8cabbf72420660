"""workbench agree: how far annotators agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli import scoring_options as options
from workbench.cli.options import AsJson

if TYPE_CHECKING:
    from schemas import Schema
    from workbench.core.records import AnnotatedDocument
    from workbench.corpus.tasks import Batch
    from workbench.review.agreement.annotators import Agreement


def agree(
    batch: Annotated[Path, typer.Argument(metavar="BATCH", help="The folder of a batch: tasks/NAME.")],
    added: Annotated[
        list[str] | None,
        typer.Option(
            "--with", metavar="NAME=PATH", help="Compare with these annotations too, such as gold=gold/0.1.0."
        ),
    ] = None,
    annotators_only: Annotated[
        bool, typer.Option("--annotators-only", help="Leave out what adjudication has made of this batch.")
    ] = False,
    gamma: Annotated[bool, typer.Option("--gamma", help="Also gamma, of each document and of all.")] = False,
    alpha_u: Annotated[
        bool, typer.Option("--alpha-u", help="Also Krippendorff's alpha_U, with the warning it deserves.")
    ] = False,
    html: Annotated[Path | None, typer.Option("--html", help="Also write everything as one HTML page.")] = None,
    schema: options.Schema = None,
    types: options.Types = None,
    layers: options.Layers = None,
    documents: options.Documents = None,
    seed: options.Seed = 12345,
    as_json: AsJson = False,
) -> None:
    """Compare the annotators of a batch, every two of them.

    F1 end to end and given what both have, by type, role and layer, with intervals over documents; boundaries; kappa
    of types and attributes where both see the same, with the share it rests on; values; clusters. Of more than two,
    a matrix and the mean over pairs. Only documents and layers that both have finished.

    Where a batch has been adjudicated, each annotator is also compared with the outcome, called gold.

    \b
    Example: workbench agree tasks/pilot
             workbench agree tasks/pilot --with gold=gold/0.1.0 --html agreement.html
             workbench agree tasks/pilot --gamma --alpha-u --json
    """
    from workbench.cli.output import print_json, talk
    from workbench.core.errors import UsageMistake
    from workbench.core.files import write_text
    from workbench.corpus.tasks import Batch
    from workbench.review.adjudication.merging import GOLD_AUTHOR
    from workbench.review.agreement.annotators import Unitizing, agreement, to_json
    from workbench.review.agreement.gamma import GammaSettings
    from workbench.review.agreement.report import render_page
    from workbench.scoring.resampling import Settings

    opened = Batch.at(batch)
    authors = {name: opened.annotations_folder / name for name in opened.authors()}
    others = _named(added or [], authors)
    if not authors:
        raise UsageMistake(f"{batch}: nobody has annotated this batch yet")
    if len(authors) + len(others) < 2:
        raise UsageMistake(f"{batch}: only {', '.join(authors)} has annotated it; --with NAME=PATH adds who to compare")
    options.refuse_overwriting(html, batch, *others.values())
    selection = options.selection_of(options.schema_of_gold(schema, batch), (types, layers, documents))
    if GOLD_AUTHOR in authors and not annotators_only:
        raise UsageMistake(f"{batch}: an annotator is called {GOLD_AUTHOR}, as the outcome is; rename the folder")
    passes = _read({**authors, **others}, selection.known)
    gold = {} if annotators_only or GOLD_AUTHOR in passes else _adjudicated(opened)
    found = agreement(
        {**passes, **gold},
        selection,
        Settings(seed=seed),
        (*others, *gold),
        Unitizing(GammaSettings(seed=seed) if gamma else None, alpha_u),
    )
    if html is not None:
        write_text(html, render_page(found))
        talk(f"written: {html}")
    if as_json:
        print_json(to_json(found))
    else:
        _print(found)


def _adjudicated(batch: Batch) -> dict[str, Sequence[AnnotatedDocument]]:
    """What adjudication has made of a batch so far; nothing before the first decision."""
    from workbench.core.records import AnnotatedDocument
    from workbench.core.schema import open_schema
    from workbench.review.adjudication.docket import open_docket
    from workbench.review.adjudication.merging import GOLD_AUTHOR

    if not any(batch.adjudication_file(doc_id).is_file() for doc_id in batch.document_ids()):
        return {}
    return {
        GOLD_AUTHOR: [
            AnnotatedDocument(entry.document.doc_id, entry.merged.annotation, entry.document.text, entry.document.zones)
            for entry in open_docket(batch, open_schema(batch.schema_name))
            if entry.decisions.decisions
        ]
    }


def _named(written: Sequence[str], authors: Mapping[str, Path]) -> dict[str, Path]:
    """The annotations that are named besides those of the batch.

    Raises:
        UsageMistake: something is not NAME=PATH, or a name is taken or impossible; all of them.
    """
    from workbench.core.errors import UsageMistake
    from workbench.corpus.tasks import check_name

    found: dict[str, Path] = {}
    wrong = []
    for one in written:
        name, equals, path = one.partition("=")
        if not equals or not path:
            wrong.append(f"--with: {one!r} is not NAME=PATH, such as gold=gold/0.1.0")
        elif name in authors:
            wrong.append(f"--with: {name} is an annotator of this batch; give {path} another name")
        elif name in found:
            wrong.append(f"--with: {name} names two paths")
        else:
            try:
                check_name("annotator", name)
            except UsageMistake as mistake:
                wrong.append(f"--with: {mistake}")
            found[name] = Path(path)
    if wrong:
        raise UsageMistake("\n".join(wrong))
    return found


def _read(paths: Mapping[str, Path], known: Schema | None) -> dict[str, Sequence[AnnotatedDocument]]:
    """Everyone's annotations.

    Raises:
        UsageMistake: paths that lead to none; all of them.
        FaultyData: files that are broken; all faults of all files.
    """
    from workbench.core.errors import Fault, FaultyData, UsageMistake
    from workbench.corpus.reading import read_annotated

    found: dict[str, Sequence[AnnotatedDocument]] = {}
    mistakes: list[str] = []
    faults: list[Fault] = []
    for name, path in paths.items():
        try:
            found[name] = read_annotated(path, known)
        except UsageMistake as mistake:
            mistakes.append(str(mistake))
        except FaultyData as error:
            faults += error.faults
    if mistakes:
        raise UsageMistake("\n".join(mistakes))
    if faults:
        raise FaultyData(faults)
    return found


def _print(found: Agreement) -> None:
    from workbench.cli.output import print_table
    from workbench.review.agreement.report import sections

    for number, section in enumerate(sections(found)):
        print(f"\n{section.title}" if number else section.title)
        for note in section.notes:
            print(note)
        for table in section.tables:
            print()
            print_table(table.columns, (line.cells for line in table.lines))
            for note in table.notes:
                print(note)
        if section.signature:
            print(f"\n{section.signature}")
