"""The colours of the types: a colour-blind reader tells the super-types apart, and text on a tint stays readable."""

from __future__ import annotations

from itertools import combinations
from math import dist

import pytest

from schemas.load import load

Colour = tuple[float, float, float]

# Machado, Oliveira and Fernandes 2009, full dichromacy; applied to linear RGB.
SIGHT: dict[str, tuple[Colour, Colour, Colour]] = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "red-blind": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "green-blind": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "blue-blind": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
TO_XYZ: tuple[Colour, Colour, Colour] = (
    (0.4339518, 0.3762176, 0.1898306),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0177566, 0.1094680, 0.8727755),
)
DARK, LIGHT = (0.07, 0.07, 0.07), (1.0, 1.0, 1.0)


def rgb(colour: str) -> Colour:
    red, green, blue = bytes.fromhex(colour[1:])
    return red / 255, green / 255, blue / 255


def linear(colour: Colour) -> Colour:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return red, green, blue


def times(matrix: tuple[Colour, Colour, Colour], colour: Colour) -> Colour:
    red, green, blue = (sum(factor * part for factor, part in zip(row, colour, strict=True)) for row in matrix)
    return red, green, blue


def lab(colour: Colour, sight: str) -> Colour:
    """CIE Lab of what a reader sees; the matrix to XYZ already divides by the white point."""
    red, green, blue = (min(max(part, 0.0), 1.0) for part in times(SIGHT[sight], linear(colour)))
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in times(TO_XYZ, (red, green, blue)))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def tint(colour: Colour, ground: Colour) -> Colour:
    red, green, blue = (0.35 * part + 0.65 * under for part, under in zip(colour, ground, strict=True))
    return red, green, blue


def contrast(one: Colour, other: Colour) -> float:
    darker, lighter = sorted(times(TO_XYZ, linear(colour))[1] for colour in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.fixture(scope="module")
def colours() -> list[Colour]:
    schema = load("cppcc_poverty")
    used = {entity.colour for entity in schema.entities} | {frame.colour for frame in schema.frames}
    return [rgb(colour) for colour in sorted(used)]


def test_few(colours: list[Colour]) -> None:
    """There are at most seven groups, and frames have a colour of their own."""
    schema = load("cppcc_poverty")
    assert len(colours) <= 7
    assert len({frame.colour for frame in schema.frames}) == 1
    assert not {frame.colour for frame in schema.frames} & {entity.colour for entity in schema.entities}


@pytest.mark.parametrize("sight", SIGHT)
def test_apart(sight: str, colours: list[Colour]) -> None:
    """Colours differ by 20 (CIE76) and their tints by 9.5, on dark and on light ground, for every kind of sight."""
    assert min(dist(lab(a, sight), lab(b, sight)) for a, b in combinations(colours, 2)) >= 20
    for ground in (DARK, LIGHT):
        tints = [tint(colour, ground) for colour in colours]
        assert min(dist(lab(a, sight), lab(b, sight)) for a, b in combinations(tints, 2)) >= 9.5


def test_readable(colours: list[Colour]) -> None:
    """Text on a tint reads as well as WCAG AAA asks (7:1); a coloured line stands out from its ground (2.5:1)."""
    for colour in colours:
        assert contrast(tint(colour, DARK), LIGHT) >= 7
        assert contrast(tint(colour, LIGHT), (0, 0, 0)) >= 7
        assert min(contrast(colour, DARK), contrast(colour, LIGHT)) >= 2.5
