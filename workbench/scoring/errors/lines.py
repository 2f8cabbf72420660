"""Error analysis as JSON lines: one line for each gold and each predicted item of a collection."""

from __future__ import annotations

from workbench.scoring.collection import Compared
from workbench.scoring.errors import document_errors
from workbench.scoring.errors.items import json_line


class ErrorLines:
    """Collects the lines; give `observe` to `score_sources`."""

    def __init__(self) -> None:
        self._lines: dict[str, list[str]] = {}

    def observe(self, compared: Compared) -> None:
        """Add one document."""
        self._lines[compared.comparison.doc_id] = [json_line(item) for item in document_errors(compared)]

    def content(self) -> str:
        """All lines, documents sorted by id: the same bytes in any order of the input."""
        return "".join(f"{line}\n" for doc_id in sorted(self._lines) for line in self._lines[doc_id])
