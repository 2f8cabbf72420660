"""The table of administrative divisions: by code and by name, in one edition."""

from __future__ import annotations

import pytest

from schemas.cppcc_poverty.divisions import division, is_division, resolve, simplified


@pytest.mark.parametrize(
    ("code", "name", "path"),
    [
        ("510000", "四川省", "四川省"),
        ("513400", "凉山彝族自治州", "四川省凉山彝族自治州"),
        ("510823", "剑阁县", "四川省广元市剑阁县"),
        ("110101", "东城区", "北京市东城区"),
    ],
)
def test_units_by_code(code: str, name: str, path: str) -> None:
    """A code gives the unit's own name and its path from the province down."""
    unit = division(code)
    assert unit is not None
    assert (unit.name, unit.path) == (name, path)


@pytest.mark.parametrize("code", ["000000", "510899", "", "剑阁县"])
def test_codes_that_no_unit_has(code: str) -> None:
    """A code that the edition lacks is no unit."""
    assert division(code) is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("剑阁县", "510823"),
        ("四川省广元市剑阁县", "510823"),
        ("广元市剑阁县", "510823"),
        ("四川省剑阁县", "510823"),
        ("贵州省安龙县", "522328"),  # without its prefecture
        ("北京市朝阳区", "110105"),
        ("朝阳区", None),  # Beijing and Changchun have one
        ("剑阁", None),
        ("姚家乡", None),
        ("", None),
    ],
)
def test_units_by_name(name: str, code: str | None) -> None:
    """A name or a path is resolved when only one unit has it; short forms are not."""
    unit = resolve(name)
    assert (unit and unit.code) == code
    assert is_division("朝阳区")


@pytest.mark.parametrize(("name", "fits"), [("凉山", True), ("四川省凉山州", True), ("川", False), ("剑阁县", False)])
def test_names_that_a_unit_may_have(name: str, fits: bool) -> None:
    """Short forms, with any suffix, fit the unit whose name holds them."""
    unit = division("513400")
    assert unit is not None
    assert unit.fits(name) == fits


def test_simplified_names() -> None:
    """Names come in simplified characters; simplified ones stay."""
    assert simplified("四川省樂山市峨邊彝族自治縣") == "四川省乐山市峨边彝族自治县"
    assert simplified("岳林垭村𠀀") == "岳林垭村𠀀"
