"""Normalised values are written in ASCII digits, whatever the text has."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from workbench.core.values import Place, Time


@pytest.mark.parametrize("value", ["２０１６", "201６-09", "2016-09-0３", "２０１X"])
def test_full_width_digits_are_no_value(value: str) -> None:
    """A full-width 2016 would be another string than 2016, and never equal it."""
    assert Time(type="DATE", value="2016-09-03").value == "2016-09-03"
    with pytest.raises(ValidationError):
        Time(type="DATE", value=value)


def test_full_width_codes_are_no_codes() -> None:
    """GB/T 2260 codes are six ASCII digits."""
    assert Place(code="510823").code == "510823"
    with pytest.raises(ValidationError):
        Place(code="５１０８２３")
