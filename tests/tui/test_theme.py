"""Inks in every colour system: readable, and told apart without colours."""

from __future__ import annotations

from itertools import combinations

import pytest
from rich.color import ColorSystem

from tests.tui.piloting import schema, told
from workbench.tui.app import system_of
from workbench.tui.editor.painting import Ink
from workbench.tui.keys.keymap import label_types
from workbench.tui.theme import LIT, TINT, Look, Styles, System, contrast

LOOKS = (Look(), Look(ground="#121212", letters="#e0e0e0"), Look(ground="#fafafa", letters="#1f2328"))
GROUNDS = ("tint", "selected", "kept", "caret", "hit", "hint", "nearest")


@pytest.mark.parametrize("look", LOOKS)
def test_lettering_is_readable_on_every_ground(look: Look) -> None:
    """Contrast is at least 4.5 for brackets and badges and for labelled text at 35 %, 3 at 55 % (WCAG 2.2)."""
    styles = Styles(schema(), look)
    for kind in label_types(schema()):
        for ink, least in (
            (Ink("", kind.id), 4.5),
            (Ink("tint", kind.id), 4.5),
            (Ink("tint", kind.id, bold=True), 3.0),
        ):
            style = styles[ink]
            assert style.color is not None
            assert style.bgcolor is not None
            found = contrast(style.color.get_truecolor(), style.bgcolor.get_truecolor())
            assert found >= least, (kind.id, ink, found)


def test_tints_are_parts_of_the_types_colour() -> None:
    """35 % of #ffffff in #000000 is 0.35 · 255 = 89 (#595959); in focus 55 %: 140 (#8c8c8c)."""
    assert (TINT, LIT) == (0.35, 0.55)
    styles = Styles(schema(), Look(ground="#000000", letters="#ffffff"))
    styles._colours["ORG"] = "#ffffff"
    tint, lit = styles[Ink("tint", "ORG")].bgcolor, styles[Ink("tint", "ORG", bold=True)].bgcolor
    assert tint is not None
    assert lit is not None
    assert (tint.name, lit.name) == ("#595959", "#8c8c8c")


@pytest.mark.parametrize("system", ["few", "none", "full"])
def test_grounds_differ_in_every_system(system: System) -> None:
    styles = Styles(schema(), Look(system))
    for one, other in combinations(GROUNDS, 2):
        assert told(styles[Ink(one, "ORG")]) != told(styles[Ink(other, "ORG")]), (one, other)


def test_no_colour_means_none() -> None:
    styles = Styles(schema(), Look("none"))
    for ground in ("", *GROUNDS, "bar", "chosen", "done", "notice", "refused", "word"):
        style = styles[Ink(ground, "ORG", bold=True, dim=True)]  # type: ignore[arg-type]
        assert style.color is None
        assert style.bgcolor is None


def test_sixteen_colours_have_no_mixed_grounds() -> None:
    styles = Styles(schema(), Look("few"))
    for kind in label_types(schema()):
        style = styles[Ink("tint", kind.id)]
        assert style.underline
        assert style.bgcolor is None
        assert style.color is not None
        assert style.color.number is not None
        assert style.color.number < 16


def test_the_system_follows_the_terminal_and_no_color() -> None:
    assert system_of(ColorSystem.TRUECOLOR, {}) == "full"
    assert system_of(ColorSystem.EIGHT_BIT, {}) == "full"
    assert system_of(ColorSystem.STANDARD, {}) == "few"
    assert system_of(None, {}) == "none"
    assert system_of(ColorSystem.TRUECOLOR, {"NO_COLOR": "1"}) == "none"
    assert system_of(ColorSystem.TRUECOLOR, {"NO_COLOR": ""}) == "full"
