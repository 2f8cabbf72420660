"""Texts that break screens, spans on them, and what Hypothesis draws of both."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.strategies import ALPHABET, fragments
from workbench.core.text import Span
from workbench.tui.layout.lanes import Bracket

NASTY = (
    "𠮷野家👨\u200d👩\u200d👧中文👍🏽🇨🇳\r\na\u0301e\u0301政\u0301协\tNBSP\u00a0\u00a0x\u3000\u3000政\u200b协\ufeff"
    "“政协”(zhèngxié)\u2028\u2029\r\x00\x1b\x7f\x85\ue000\U0010ffff\ud800각\u1100\u1161☰䷀☀\ufe0f1\ufe0f\u20e3"
    "——……3,000.5%\n\n\r\n‘永州市政协’\u3000\u3000"
)
"""Astral characters, ZWJ families, tones, flags, marks on Latin and Han, odd spaces, controls, every paragraph end."""

WIDTHS = (40, 72, 100)

odd_texts = st.text(
    st.sampled_from(sorted(set(ALPHABET + NASTY)) + ["政"] * 40 + ["，", "《", "a", "1"] * 5), max_size=200
)


@st.composite
def brackets(draw: st.DrawFn, text: str, most: int = 8) -> list[Bracket]:
    """Brackets on a text that is not empty: nested, crossing, equal, discontinuous, of every kind."""
    drawn = []
    for key in range(draw(st.integers(0, most))):
        where = draw(st.one_of(fragments(len(text)), spans(len(text)).map(lambda span: (span,))))
        drawn.append(
            Bracket(
                key,
                where,
                draw(st.sampled_from("机人地A·")),
                draw(st.sampled_from(["", "ORG", "机构", "MONEY"])),
                draw(st.sampled_from(["entity", "trigger", "suggestion"])),
                draw(st.sampled_from(["", "→任职于", "←x"])),
            )
        )
    return drawn


def spans(length: int) -> st.SearchStrategy[Span]:
    """Short spans inside a text of `length` ≥ 1."""
    return st.tuples(st.integers(0, length - 1), st.integers(1, 20)).map(
        lambda drawn: Span(drawn[0], min(length, drawn[0] + drawn[1]))
    )
