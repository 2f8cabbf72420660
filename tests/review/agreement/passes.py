"""Short ways to compare annotators in tests of agreement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.core.records import AnnotatedDocument
from workbench.core.schema import open_schema
from workbench.review.agreement.annotators import Agreement, PairAgreement, Unitizing, agreement
from workbench.review.agreement.gamma import GammaSettings
from workbench.scoring.selection import Selection

KNOWN = Selection(known=open_schema())
EVERYTHING = Unitizing(GammaSettings(samples=5, precision=None), alpha_u=True)


def compared(*passes: Sequence[AnnotatedDocument], known: bool = True, **options: Any) -> Agreement:
    """The agreement of annotators A, B, C, … in this order; without a schema, any label will do."""
    named = dict(zip("ABCDEF", passes, strict=False))
    return agreement(named, KNOWN if known else Selection(), **options)


def two(
    left: Sequence[AnnotatedDocument], right: Sequence[AnnotatedDocument], known: bool = True, **options: Any
) -> PairAgreement:
    """The agreement of two."""
    (pair,) = compared(left, right, known=known, **options).pairs
    return pair


def undefined_and_silent(content: Any, path: str = "") -> list[str]:
    """Places in a JSON result where a number is missing and nothing says why."""
    found = []
    if isinstance(content, dict):
        numbers = [key for key in ("value", "f1", "kappa") if key in content and content[key] is None]
        found += [f"{path}.{key}" for key in numbers if not content.get("note")]
        if content.get("low", 0) is None and not content["note"]:
            found.append(f"{path}.low")
        for key, value in content.items():
            found += undefined_and_silent(value, f"{path}.{key}")
    elif isinstance(content, list):
        for index, value in enumerate(content):
            found += undefined_and_silent(value, f"{path}[{index}]")
    return found
