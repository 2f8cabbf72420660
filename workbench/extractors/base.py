"""What an extractor is, and where the installed ones are found.

Owns the protocol. An extractor is one module of this folder; `INSTALLED` names it, and it is imported when asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Protocol, runtime_checkable

from workbench.core.errors import UsageMistake, nearest
from workbench.core.records import Annotation, Document

Parameters = Mapping[str, str | int | float | bool | None]

INSTALLED: Mapping[str, tuple[str, str]] = {"rules": ("workbench.extractors.rules", "Rules")}
"""Extractor names, each with the module and the class that make it without arguments."""


@runtime_checkable
class Extractor(Protocol):
    """Anything that reads a document and answers with an annotation.

    `name` becomes the author of its annotations; `version` and `parameters` are what a run must be repeated with.
    """

    @property
    def name(self) -> str:
        """The author's name."""
        ...

    @property
    def version(self) -> str:
        """The version of the program or model."""
        ...

    @property
    def parameters(self) -> Parameters:
        """The settings that its answer depends on."""
        ...

    def extract(self, document: Document) -> Annotation:
        """Annotate one document in clean code points.

        Only entities, relations and frames are read from the answer; the runner stamps the rest. All zones of the
        document that is given are closed: entities that touch one are dropped.
        """
        ...


def open_extractor(name: str) -> Extractor:
    """Make an installed extractor.

    Raises:
        UsageMistake: none has this name; the nearest one is suggested.
    """
    if name not in INSTALLED:
        raise UsageMistake(f"no extractor is called {name!r}{nearest(name, INSTALLED)}")
    module, factory = INSTALLED[name]
    made = getattr(import_module(module), factory)()
    if not isinstance(made, Extractor):
        raise TypeError(f"{module}.{factory} does not make an extractor")
    return made
