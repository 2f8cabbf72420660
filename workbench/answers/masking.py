"""Tables without the names of private persons: each gets a label that is the same throughout its report.

Private is who has a name and no post (HOLDS_ROLE) in the report. What no annotation marks is not found: a nickname, or
a name in a byline. Document ids and offsets stay, so who has the texts can look the names up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from workbench.answers.columns import Row
from workbench.answers.reports import Report


class Mask:
    """Replaces the names of a report's private persons, as `〔人物1〕`, by the order of their first mention."""

    def __init__(self, report: Report) -> None:
        self._label = _labels(report)
        # The longest name first: an official whose name begins with that of a private person keeps it.
        names = sorted(self._label, key=lambda name: (-len(name), name))
        self._pattern = re.compile("|".join(map(re.escape, names))) if names else None

    def text(self, content: str) -> str:
        """The string with every private name replaced, also inside longer words."""
        if self._pattern is None:
            return content
        return self._pattern.sub(lambda match: self._label[match[0]], content)

    def row(self, row: Row) -> Row:
        """The row with every private name replaced in every cell."""
        return {name: self._cell(cell) for name, cell in row.items()}

    def _cell(self, cell: Any) -> Any:
        if isinstance(cell, str):
            return self.text(cell)
        return [self._cell(part) for part in cell] if isinstance(cell, list) else cell


def _labels(report: Report) -> Mapping[str, str]:
    """What stands for each name of a person of the report; names of officials stand for themselves."""
    labels: dict[str, str] = {}
    officials: dict[str, str] = {}
    count = 0
    for thing in report.things:
        proper = [one for one in thing.mentions if one.attributes.get("mention") != "NOM"]
        if thing.type != "PER" or not proper:
            continue
        names = {thing.name, *(report.surface(one) for one in proper)}
        if report.holds_office(thing.mentions[0]):
            officials |= {name: name for name in names}
        else:
            count += 1
            labels |= dict.fromkeys(names, f"〔人物{count}〕")
    return {name: label for name, label in (officials | labels).items() if name}
