"""workbench studio config: the labelling configuration of a schema's project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.options import PROJECT, AsJson

if TYPE_CHECKING:
    from schemas import Schema

STDIN = Path("stdin")


def config(
    schema_or_batch: Annotated[
        str, typer.Argument(metavar="SCHEMA_OR_BATCH", help="A schema, or a batch, which has one; by name or path.")
    ],
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="FILE",
            help="Show what changes for a project with this configuration, as Label Studio shows it under Settings, "
            "Labeling Interface, Code; - is stdin.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print the labelling configuration of a schema's project.

    The XML goes to stdout, its hash to stderr; layout and the order of attributes do not count in the hash.

    With --against, what changes is printed instead: - what is removed, + what is added, ~ what is changed. The exit
    code is 1 when something is removed, for annotations may use it.

    \b
    Example: workbench studio config cppcc_poverty > configuration.xml
             workbench studio config pilot --against exported.xml
    """
    from workbench.annotation.label_studio.config_changes import configuration_changes
    from workbench.annotation.label_studio.configuration import configuration, configuration_hash
    from workbench.cli.output import print_json, talk
    from workbench.core.errors import ExitCode

    schema = _schema(schema_or_batch)
    made = configuration(schema)
    file = STDIN if against == "-" else Path(against or "")
    changes = None if against is None else configuration_changes(_read(file), made, file)
    if as_json:
        record = {"schema": schema.id, "version": schema.version, "schema_hash": schema.hash}
        record |= {"hash": configuration_hash(made), "configuration": made}
        said = {} if changes is None else {"changes": {**changes._asdict(), "additive": changes.is_additive}}
        print_json(record | said)
    elif changes is None:
        print(made, end="")
        talk(f"{schema.id} {schema.version}: configuration {configuration_hash(made)}")
    else:
        for line in changes.lines():
            print(line)
        talk(_summary(len(changes.lines()), changes.is_additive))
    if changes is not None and not changes.is_additive:
        raise typer.Exit(ExitCode.FAULTY)


def _summary(count: int, additive: bool) -> str:
    if not count:
        return "the same configuration"
    if additive:
        return f"{count} changes; none takes away what annotations may use"
    return f"{count} changes; annotations may use what is removed: pull them before the project gets this configuration"


def _schema(name: str) -> Schema:
    """The schema of that name or path, or of the batch of that name or path.

    Raises:
        UsageMistake: there is neither.
        FaultyData: the schema, or the batch's settings, have faults.
    """
    import schemas
    from workbench.cli.options import open_batch
    from workbench.core.errors import UsageMistake, nearest
    from workbench.core.schema import open_schema
    from workbench.corpus.tasks import BATCH_FILE, TASKS, batch_names

    installed = schemas.installed()
    if name.replace("-", "_") not in installed:
        if any((folder / BATCH_FILE).is_file() for folder in (PROJECT / TASKS / name, Path(name))):
            return open_schema(open_batch(name).schema_name)
        if not Path(name).exists():
            known = (*installed, *batch_names(PROJECT))
            raise UsageMistake(f"{name}: no schema and no batch of this name{nearest(name, known)}")
    return open_schema(name)


def _read(file: Path) -> str:
    import sys

    from workbench.core.files import decode, read_text

    return decode(sys.stdin.buffer.read(), file) if file is STDIN else read_text(file)
