"""Normalised values: money in yuan, quantities with a unit, TIMEX3 times, places with a GB/T 2260 code.

Owns the records and their laws. Finding a value in a string is the work of `workbench.core.normalise`.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

Modifier = Literal[
    "EXACT",
    "APPROX",
    "APPROX_BELOW",
    "MORE_THAN",
    "EQUAL_OR_MORE",
    "LESS_THAN",
    "EQUAL_OR_LESS",
    "RANGE",
    "VAGUE",
]

_YEAR = r"(?:[0-9]{4}|[0-9]{3}X|[0-9]{2}XX|XXXX)"
_MONTH_AND_DAY = r"(?:0[1-9]|1[0-2]|XX)(?:-(?:0[1-9]|[12][0-9]|3[01]|XX))?"
_PART_OF_YEAR = r"H[12]|Q[1-4]|SP|SU|FA|WI|W[0-5][0-9]"
_HOUR = r"T(?:[01][0-9]|2[0-4])(?::[0-5][0-9])?|TMO|TAF|TEV|TNI"
_DATE = rf"(?:{_YEAR}(?:-(?:{_MONTH_AND_DAY}|{_PART_OF_YEAR}))?(?:{_HOUR})?|PAST_REF|PRESENT_REF|FUTURE_REF)"
_PERIOD = r"P(?:T?(?:[0-9]+(?:\.[0-9]+)?|X)(?:DE|CE|[YMWDHS]))+"


def _plain_number(number: float) -> int | float:
    if isinstance(number, int):
        return number
    if not math.isfinite(number):
        raise ValueError("not a finite number")
    return int(number) if number.is_integer() else number


Number = Annotated[int | float, AfterValidator(_plain_number)]
"""A finite number; whole numbers are kept as integers, so that 2100000.0 and 2100000 are the same file."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Amount(_Value):
    """A number or its bounds. `mod` says how to read them; `per` is a rate (`P1M`, `P1Y`, `household`, `person`)."""

    value: Number | None = None
    min: Number | None = None
    max: Number | None = None
    mod: Modifier = "EXACT"
    per: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> _Amount:
        needed = {
            "EXACT": ("value",),
            "APPROX": ("value",),
            "APPROX_BELOW": ("value",),
            "MORE_THAN": ("min",),
            "EQUAL_OR_MORE": ("min",),
            "LESS_THAN": ("max",),
            "EQUAL_OR_LESS": ("max",),
            "RANGE": ("min", "max"),
            "VAGUE": (),
        }[self.mod]
        missing = [field for field in needed if getattr(self, field) is None]
        if missing:
            raise ValueError(f"{self.mod} needs {' and '.join(missing)}")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min {self.min} is above max {self.max}")
        return self


class Money(_Amount):
    """An amount in yuan: 210万元 is 2100000."""

    kind: Literal["money"] = "money"
    unit: Literal["CNY"] = "CNY"


class Quantity(_Amount):
    """An amount with its unit or classifier as written (`户`, `公里`); shares and percentages have the unit `ratio`."""

    kind: Literal["quantity"] = "quantity"
    unit: str = Field(min_length=1)


class Time(_Value):
    """A TIMEX3 value: 2016年9月 is DATE 2016-09, 6年 is DURATION P6Y, a range of dates is written start/end."""

    kind: Literal["time"] = "time"
    type: Literal["DATE", "TIME", "DURATION", "SET"]
    value: Annotated[str, StringConstraints(pattern=rf"^(?:{_DATE}(?:/{_DATE})?|{_PERIOD})$")]
    mod: (
        Literal[
            "START", "MID", "END", "APPROX", "MORE_THAN", "EQUAL_OR_MORE", "LESS_THAN", "EQUAL_OR_LESS", "ON_OR_BEFORE"
        ]
        | None
    ) = None

    @model_validator(mode="after")
    def _type_fits(self) -> Time:
        is_period = self.value[0] == "P" and not self.value.endswith("_REF")
        if is_period != (self.type in ("DURATION", "SET")):
            raise ValueError(f"{self.value!r} is not the value of a {self.type}")
        return self


class Place(_Value):
    """An administrative division: its full name, and from county level up its GB/T 2260 code.

    `revision` (YYYYMM) is the edition of the standard the code is read in; a code without one is not stable.
    """

    kind: Literal["place"] = "place"
    name: str | None = Field(default=None, min_length=1)
    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")] | None = None
    revision: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")] | None = None

    @model_validator(mode="after")
    def _something(self) -> Place:
        if self.name is None and self.code is None:
            raise ValueError("a place needs a name or a code")
        if self.revision is not None and self.code is None:
            raise ValueError("a revision needs a code")
        return self


Value = Annotated[Money | Quantity | Time | Place, Field(discriminator="kind")]
