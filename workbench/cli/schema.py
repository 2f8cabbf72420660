"""workbench schema: show a schema, check it, or print it as JSON Schema."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench import DEFAULT_SCHEMA
from workbench.cli.options import PROJECT

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Show a schema, check it, or print it as JSON Schema."
)

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="An installed schema by name, or the path of a schema folder or file.")
]


@app.command()
def show(
    name: Name = DEFAULT_SCHEMA,
    type_name: Annotated[str | None, typer.Option("--type", help="Show one type with its rules and examples.")] = None,
) -> None:
    """List the types of a schema, or show all about one of them.

    \b
    Example: workbench schema show --type ORG
    """
    from schemas.reference import tables
    from workbench.cli.output import print_table
    from workbench.core.schema import describe_type, open_schema

    schema = open_schema(name)
    if type_name is not None:
        print(describe_type(schema, type_name))
        return
    print(f"{schema.id} {schema.version}  {schema.zh}  {schema.en}\nhash {schema.hash}")
    for table in tables(schema):
        print()
        print_table(table.columns, table.rows)


@app.command()
def check(
    name: Name = DEFAULT_SCHEMA,
    batch: Annotated[
        Path | None, typer.Option("--examples", help="Batch whose documents hold the examples; tasks/pilot if there.")
    ] = None,
) -> None:
    """Check a schema: its types, keys and constraints, and that every example occurs in the report it names.

    \b
    Example: workbench schema check cppcc_poverty
    """
    from workbench.cli.output import talk
    from workbench.core.errors import FaultyData
    from workbench.core.schema import check_schema_examples, open_schema
    from workbench.corpus.tasks import Batch

    schema = open_schema(name)
    pilot = PROJECT / "tasks" / "pilot"
    folder = batch or (pilot if (pilot / "batch.toml").is_file() else None)
    counts = f"{len(schema.entities)} entity types, {len(schema.relations)} relations, {len(schema.frames)} frames"
    if folder is None:
        talk("examples were not compared with the reports: give their batch with --examples")
    else:
        faults = check_schema_examples(name, {one.doc_id: one.text for one in Batch.at(folder).documents()})
        if faults:
            raise FaultyData(faults)
        counts += f", all examples found in {folder}"
    print(f"{schema.id} {schema.version} is sound: {counts}")


@app.command("json")
def json_schema(
    name: Name = DEFAULT_SCHEMA,
    plain: Annotated[bool, typer.Option("--plain", help="For a line of plain JSON lines.")] = False,
) -> None:
    """Print the JSON Schema of an annotation file, with this schema's types, roles and attributes as definitions.

    \b
    Example: workbench schema json > annotation.schema.json
    """
    from workbench.cli.output import print_json
    from workbench.core.schema import open_schema
    from workbench.formats.json_schema import annotation_schema

    print_json(annotation_schema(open_schema(name), plain))
