"""Lines fill their width exactly, whatever is put on them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from workbench.tui.editor.painting import Ink, Piece
from workbench.tui.editor.prompts import Listing, Row
from workbench.tui.view.lines import fitted
from workbench.tui.view.listing import listing_lines

TEXTS = st.text(
    st.sampled_from("政協(xié)A1 。，“—…·│→▶✓⇧😀𠀀\u200d\ufe0f\u0301\u00a0\t\n\u3000（）")
    | st.characters(codec="utf-8")
)


@given(st.lists(TEXTS, max_size=5), st.integers(1, 40), st.booleans())
def test_fitted_lines_fill_their_width(texts: list[str], width: int, safe: bool) -> None:
    line = fitted([Piece(text.replace("\n", " "), Ink()) for text in texts], width, safe)
    assert sum(cell_len(piece.text) for piece in line) == width


@given(st.lists(TEXTS, max_size=30), st.integers(0, 40), st.integers(8, 60), st.integers(4, 20), st.booleans())
def test_listings_fill_their_lines_and_show_the_chosen_row(
    texts: list[str], at: int, width: int, height: int, safe: bool
) -> None:
    for context in ("list", "table", "help"):
        rows = [Row(text) for text in texts]
        listing = Listing("标题 title", rows, context=context).moved(at)  # type: ignore[arg-type]
        shown = listing_lines(listing, width, height, safe)
        assert len(shown.lines) == len(shown.rows) == height
        for line in shown.lines:
            assert sum(cell_len(piece.text) for piece in line) == width
        if rows and context != "help":
            assert listing.at in shown.rows


def test_only_the_first_nine_rows_of_a_list_have_digits() -> None:
    shown = listing_lines(Listing("题", [Row(f"row {number}") for number in range(12)]), 20, 20)
    texts = ["".join(piece.text for piece in line) for line in shown.lines]
    assert texts[1].startswith("▶1 row 0")
    assert texts[9].startswith(" 9 row 8")
    assert texts[10].startswith("   row 9")


def test_a_line_end_in_a_row_is_a_blank() -> None:
    shown = listing_lines(Listing("标题", [Row("\n政\n协")], context="help"), 12, 4)
    assert all(sum(cell_len(piece.text) for piece in line) == 12 for line in shown.lines)
