"""workbench label: annotate the documents of a batch in the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from workbench.cli.options import BatchArgument, StoreAddress, open_batch
from workbench.core.errors import EnvironmentFailure, UsageMistake

if TYPE_CHECKING:
    from schemas import Schema
    from workbench.annotation.offering import Sources
    from workbench.annotation.session import Place, Session
    from workbench.corpus.tasks import Batch
    from workbench.tui.keys.keymap import Keymap

_PRESETS = "terminal, vim or slate"


def label(
    batch: BatchArgument,
    annotator: Annotated[
        str | None, typer.Option("--as", metavar="NAME", help="Who annotates; the name of the annotations.")
    ] = None,
    doc: Annotated[
        str | None, typer.Option("--doc", metavar="ID", help="The document to open; by default what comes next.")
    ] = None,
    suggest: Annotated[
        list[str] | None,
        typer.Option(
            "--suggest",
            metavar="SOURCE",
            help="Suggest only from here: a program's predictions, an annotator, a path. May be repeated. By default "
            "all predictions of the batch.",
        ),
    ] = None,
    no_suggest: Annotated[bool, typer.Option("--no-suggest", help="Suggest nothing at all.")] = False,
    preset: Annotated[str | None, typer.Option("--preset", help=f"The keys to use: {_PRESETS}.")] = None,
    ambiguous: Annotated[
        str | None,
        typer.Option(
            "--ambiguous", metavar="WIDTH", help="How the terminal draws “ and —: narrow or wide; asked by default."
        ),
    ] = None,
    keys: Annotated[bool, typer.Option("--keys", help="Print all keys and end.")] = False,
    store: StoreAddress = None,
) -> None:
    """Annotate the documents of a batch in the terminal.

    Opens what you left, what is assigned to you, or the next free document. Everything is saved as you work; D
    publishes a document when it is done. The line at the foot has the keys, ? has all of them.

    Strings you have labelled before and sums, quantities and times are always suggested, unless --no-suggest is given.

    \b
    Example: workbench label pilot --as A1
             workbench label pilot --as A1 --doc 001_2eaf3ca91964d258 --suggest rules
    """
    from workbench.annotation.offering import check_sources

    opened = open_batch(batch)
    if keys:
        _print_keys(opened, preset)
        return
    if annotator is None:
        raise UsageMistake("say who annotates: workbench label BATCH --as NAME")
    safe = _width(ambiguous)
    sources = _sources(opened, suggest, no_suggest)
    check_sources(opened, sources)
    _run(opened, annotator, (doc, sources, preset, safe), store)


def _keymap(schema: Schema, root: Path, preset: str | None) -> Keymap:
    from workbench.tui.keys.keymap import build
    from workbench.tui.keys.settings import load_keymap, read_settings

    if preset is None:
        return load_keymap(schema, root)
    settings = read_settings(root)
    return build(schema, preset, settings.overrides, settings.sources)


def _print_keys(batch: Batch, preset: str | None) -> None:
    from schemas.load import load
    from workbench.cli.output import print_table
    from workbench.tui.keys.card import help_rows

    schema = load(batch.schema_name)
    keymap = _keymap(schema, batch.root, preset)
    print_table(("keys", "中文", "English"), [row[:3] for row in help_rows(keymap, schema)])


def _width(given: str | None) -> bool | None:
    if given not in (None, "narrow", "wide"):
        raise UsageMistake(f"--ambiguous is narrow or wide, not {given!r}")
    return None if given is None else given == "wide"


def _sources(batch: Batch, suggest: list[str] | None, nothing: bool) -> Sources:
    from workbench.annotation.offering import NO_SOURCES, Sources

    if nothing and suggest:
        raise UsageMistake("--suggest and --no-suggest exclude each other")
    if nothing:
        return NO_SOURCES
    if suggest is None:
        return Sources()
    programs = [name for name in suggest if name in batch.programs()]
    paths = [Path(name) for name in suggest if name not in programs and Path(name).exists()]
    authors = [name for name in suggest if name not in programs and Path(name) not in paths]
    return Sources(programs=tuple(programs), authors=tuple(authors), paths=tuple(paths))


_Options = tuple[str | None, "Sources", str | None, bool | None]


def _run(batch: Batch, annotator: str, options: _Options, store: str | None) -> None:
    """Open the store and the first document, then the screen; what fails before the screen is told as a message."""
    from workbench.annotation.session import Place
    from workbench.annotation.store import Actor, Store, find_address
    from workbench.cli.output import talk
    from workbench.tui import terminal

    doc, sources, preset, wide = options
    terminal.check_terminal()
    terminal.prepare()
    safe = terminal.draws_wide() if wide is None else wide
    with Store.open(find_address(batch.root, store)) as opened:
        place = Place(opened, batch, Actor(annotator, uuid4().hex[:12]))
        keymap = _keymap(place.schema, batch.root, preset)
        session = _first(place, doc, sources)
        if session is None:
            talk(
                f"{batch.label}: nothing is left for {annotator}; workbench label {batch.name} --doc ID opens one again"
            )
            return
        from workbench.tui.app import LabelApp
        from workbench.tui.editor.editor import Message
        from workbench.tui.editor.opening import Setting, make_work

        setting = Setting(place, sources, keymap, safe)
        notice = Message(*terminal.WIDE_NOTICE, "notice") if safe and wide is None else None
        refused = [f"{one.source}: {one.reason}" for one in session.offering.refusals]
        if refused and notice is None:
            notice = Message("有的建议来源不可用", "; ".join(refused), "notice")
        lost = LabelApp(setting, make_work(setting, session, 80, 24), notice).run()
    if lost:
        raise EnvironmentFailure(f"{lost} changes could not be saved to {opened.address.label}")


def _first(place: Place, doc: str | None, sources: Sources) -> Session | None:
    from workbench.annotation.assignment import open_document, open_next

    return open_next(place, sources) if doc is None else open_document(place, doc, sources)
