"""From inks to styles: what a colour system can show of them. Colour is never the only carrier of anything.

Types have their schema colour: brackets and badges as lettering, labelled text as a ground with 35 % of it.
With 16 colours there are no mixed grounds but underlines; without colours only bold, underlined, reversed and dim.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from rich.color import Color, ColorSystem
from rich.color_triplet import ColorTriplet
from rich.style import Style

from schemas import Schema
from workbench.tui.editor.painting import Ink
from workbench.tui.keys.keymap import label_types

System = Literal["full", "few", "none"]
"""Mixed colours (256 and more), the 16 of the terminal, or none."""

TINT, LIT = 0.35, 0.55
"""Parts of a type's colour in the ground of its text: usually, and when it is in focus or linked with the focus."""

_READABLE = 4.5  # least contrast of lettering (WCAG 2.2, 1.4.3)
_DIM = 0.45


class Look(NamedTuple):
    """What the terminal can show, and the ground and lettering of the theme as `#rrggbb`."""

    system: System = "full"
    ground: str = "#14161b"
    letters: str = "#dfe3ea"


_ATTRIBUTES: dict[str, dict[str, Any]] = {
    "": {},
    "tint": {"underline": True},
    "selected": {"reverse": True},
    "kept": {"reverse": True, "italic": True},
    "caret": {"reverse": True, "underline": True},
    "hit": {"italic": True, "bold": True},
    "hint": {"reverse": True, "bold": True},
    "nearest": {"reverse": True, "bold": True, "underline": True},
    "word": {},
    "bar": {"reverse": True},
    "chosen": {"reverse": True},
    "done": {"bold": True},
    "notice": {"italic": True},
    "refused": {"reverse": True, "bold": True},
}
"""How grounds look without mixed colours."""

_FEW_COLOURS = {
    "hit": (None, "yellow"),
    "hint": ("black", "yellow"),
    "nearest": ("black", "green"),
    "done": ("green", None),
    "notice": ("yellow", None),
    "refused": ("red", None),
}

_FULL = {  # ground: lettering (None: the theme's), ground colour, part of that colour in the theme's ground
    "selected": (None, "#4f7cff", 0.75),
    "kept": (None, "#8a63d2", 0.6),
    "hit": (None, "#c9a227", 0.4),
    "hint": ("#14161b", "#ffd84d", 1.0),
    "nearest": ("#14161b", "#7ee787", 1.0),
    "bar": (None, "#8c97ad", 0.28),
    "chosen": (None, "#4f7cff", 0.45),
    "done": ("#7ee787", None, 0.0),
    "notice": ("#ffd84d", None, 0.0),
    "refused": (None, "#e5484d", 0.6),
}
_WORD = 0.08


class Styles(dict[Ink, Style]):
    """The style of every ink, found when it is first asked for; made anew for another look."""

    def __init__(self, schema: Schema, look: Look) -> None:
        super().__init__()
        self.look = look
        self._colours = {kind.id: kind.colour for kind in label_types(schema)}
        self._ground, self._letters = _triplet(look.ground), _triplet(look.letters)

    def __missing__(self, ink: Ink) -> Style:
        style = self._full(ink) if self.look.system == "full" else self._plain(ink)
        self[ink] = style
        return style

    def _plain(self, ink: Ink) -> Style:
        """Attributes, and with few colours the nearest of them."""
        wanted = dict(_ATTRIBUTES[ink.ground])
        wanted["bold"] = wanted.get("bold", False) or ink.bold
        wanted["underline"] = wanted.get("underline", False) or (ink.underline and ink.ground != "tint")
        if ink.ground == "tint" and ink.underline:
            wanted["reverse"] = True
        letters, ground = (None, None)
        if self.look.system == "few":
            letters, ground = _FEW_COLOURS.get(ink.ground, (None, None))
            if ink.type and letters is None and not wanted.get("reverse"):
                return Style(color=self._nearest(ink.type), dim=ink.dim, **wanted)
            if ground is not None:
                wanted["reverse"] = False
        return Style(color=letters, bgcolor=ground, dim=ink.dim, **wanted)

    def _nearest(self, kind: str) -> Color:
        colour = Color.parse(self._colours.get(kind, self.look.letters))
        return colour.downgrade(ColorSystem.STANDARD)

    def _full(self, ink: Ink) -> Style:
        letters, ground = self._letters, self._ground
        if ink.ground == "caret":
            letters, ground = ground, letters
        elif ink.ground in _FULL:
            own, colour, part = _FULL[ink.ground]
            letters = _triplet(own) if own else letters
            ground = _mixed(ground, _triplet(colour), part) if colour else ground
        elif ink.ground in ("tint", "word") and ink.type in self._colours:
            part = LIT if ink.bold else TINT
            ground = _mixed(ground, _triplet(self._colours[ink.type]), part)
        elif ink.type in self._colours:
            letters = _readable(_triplet(self._colours[ink.type]), letters, ground)
        if ink.ground == "word":
            ground = _mixed(ground, self._letters, _WORD)
        if ink.dim:
            letters = _mixed(letters, ground, _DIM)
        return Style(
            color=Color.from_triplet(letters),
            bgcolor=Color.from_triplet(ground),
            bold=ink.bold,
            underline=ink.underline,
        )


def _triplet(colour: str) -> ColorTriplet:
    number = int(colour[1:], 16)
    return ColorTriplet(number >> 16, number >> 8 & 255, number & 255)


def _mixed(base: ColorTriplet, other: ColorTriplet, part: float) -> ColorTriplet:
    return ColorTriplet(*(round(one + (two - one) * part) for one, two in zip(base, other, strict=True)))


def _readable(colour: ColorTriplet, towards: ColorTriplet, ground: ColorTriplet) -> ColorTriplet:
    """The colour, or as little of the theme's lettering mixed in as makes it readable."""
    for step in range(10):
        mixed = _mixed(colour, towards, step / 10)
        if contrast(mixed, ground) >= _READABLE:
            return mixed
    return towards


def contrast(one: ColorTriplet, other: ColorTriplet) -> float:
    """Contrast of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: ColorTriplet) -> float:
    parts = [value / 255 for value in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
