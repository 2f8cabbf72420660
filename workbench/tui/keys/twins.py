r"""Full-width and Chinese punctuation as the half-width keys they are typed with.

With a Chinese input method on, `;` arrives as `；`, and some keys as quite other marks: `\` as `、`, `_` as `——`.
"""

from __future__ import annotations

from collections.abc import Mapping

from workbench.tui.keys.names import key_of

_FULL_WIDTH = {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)}

# Input methods put 、 on \ or on /; of the two, / (find) changes nothing when it was not meant.
_CHINESE = {
    **dict(zip("。、《》〈〉", "./<><>", strict=True)),
    **dict(zip("【】「」〔〕", "[][][]", strict=True)),
    **dict(zip("『』〖〗", "{}{}", strict=True)),
    **dict(zip("“”‘’", "\"\"''", strict=True)),
    **dict(zip("—…·￥¥\u3000", "_^`$$ ", strict=True)),
}

TWINS: Mapping[str, str] = {**_FULL_WIDTH, **_CHINESE}
"""The half-width character that stands on the same key, by full-width or Chinese character."""

DOUBLED = frozenset("—…")
"""Marks that input methods write twice for one press."""


def normal(key: str, character: str | None) -> tuple[str, str | None]:
    """The half-width key and character that a key press stands for; a press that has no twin stays as it is."""
    twin = TWINS.get(character) if character is not None else None
    return (key, character) if twin is None else (key_of(twin), twin)


class Doubles:
    """Tells the second mark of —— and …… from a second press."""

    def __init__(self) -> None:
        self._pending: str | None = None

    def swallows(self, character: str | None) -> bool:
        """Whether this character of the presses, told one after the other, is the second half of a double mark."""
        second = character is not None and character == self._pending
        self._pending = character if character in DOUBLED and not second else None
        return second
