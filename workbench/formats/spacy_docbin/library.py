"""What the format is called, where its data lies in a document of spaCy, and the library itself, kept quiet."""

from __future__ import annotations

import warnings
from typing import Any

from workbench.formats.contract import Format, load_library

FORMAT = Format("spacy", "spaCy DocBin", (".spacy",), "file", "spacy")

SPANS = "sc"
"""The group of spans that spaCy's span categorizer learns from, unless it is told another."""

DOC_ID, RELATIONS, REST = "doc_id", "relations", "workbench"
"""Keys of user data."""

KEPT = "spacy"
"""The key of `extra` for what records have no place for."""


def spacy_module(name: str) -> Any:
    """Import a module of spaCy; what its import warns about concerns nobody who converts files.

    Raises:
        EnvironmentFailure: spaCy is not installed.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return load_library(name, FORMAT.title, FORMAT.extra)
