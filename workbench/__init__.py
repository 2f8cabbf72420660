"""The CPPCC workbench: label, agree on and measure who helped which village with what.

The data's way, and the room each step lives in::

    seeds/  raw reports, bytes never changed
      │ corpus: clean (edits and offset map), zones, sentences           workbench prepare
    tasks/  documents to annotate, batches, published annotations
      │ annotation: terminal, Label Studio; extractors: predictions      workbench label · studio · extract
      │ review: agreement, audit, adjudication, releases                 workbench agree · adjudicate · gold
    gold/   immutable releases
      │ scoring: measures, intervals, significance, error analysis       workbench score · compare · report
      │ answers: who helped whom with what                               workbench export
    reports, tables

Documents come in and go out in any format: formats, corpus.converting    workbench convert

A room imports only rooms to its right; rooms joined by `|` do not know each other::

    cli → tui → annotation | review | answers → scoring | extractors → corpus → formats → core → schemas
"""

__version__ = "0.1.0"

DEFAULT_SCHEMA = "cppcc_poverty"
"""The schema that is meant when none is named."""
