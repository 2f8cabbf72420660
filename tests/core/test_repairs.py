"""Named repairs of offsets: what is proved is repaired, what is open is left alone."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.strategies import ALPHABET, fragments, texts
from workbench.core.repairs import REPAIRS, Claim, Place, fits, recounted, recounting_of, repair_mention
from workbench.core.text import Fragments, Span, Utf16Map, surface

TEXT = "𠀀政协協(xié)助𠀀村，政协\u00a0捐款２万元。\r\n他们😀修路。"


def claim(start: int, end: int, quoted: str | None) -> Claim:
    return Claim((Span(start, end),), quoted)


def test_what_stands_where() -> None:
    """The offsets that the cases below are built on."""
    assert TEXT.index("村") == 11
    assert TEXT.index("捐款２万元") == 16
    assert TEXT.index("他们") == 24


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (claim(16, 20, "捐款２万元"), Place((Span(16, 21),), "inclusive-end")),
        (claim(21, 16, "捐款２万元"), Place((Span(16, 21),), "reversed")),
        (claim(20, 16, "捐款２万元"), Place((Span(16, 21),), "reversed")),
        (claim(3, 8, "捐款２万元"), Place((Span(16, 21),), "moved")),
        (claim(-4, 900, "捐款２万元"), Place((Span(16, 21),), "moved")),
        (claim(16, 16, "捐款２万元"), Place((Span(16, 21),), "moved")),
        (claim(16, 21, "捐款2万元"), Place((Span(16, 21),), "surface")),
        (claim(13, 18, "政协 捐款"), Place((Span(13, 18),), "surface")),
        (claim(16, 21, "捐款 万元"), Place((Span(16, 18), Span(19, 21)), "hull")),
        (claim(16, 21, "捐款…万元"), Place((Span(16, 18), Span(19, 21)), "hull")),
        (Claim((Span(19, 21), Span(16, 18)), None), Place((Span(16, 18), Span(19, 21)), "fragments")),
        (Claim((Span(16, 18), Span(18, 21)), "捐款２万元"), Place((Span(16, 21),), "fragments")),
        (Claim((Span(2, 4), Span(5, 7)), "捐款…万元"), Place((Span(16, 18), Span(19, 21)), "moved")),
    ],
)
def test_repairs_of_one_mention(given: Claim, expected: Place) -> None:
    assert repair_mention(TEXT, given) == expected
    assert expected.repair in REPAIRS


@pytest.mark.parametrize(
    "given",
    [
        claim(3, 5, "政协"),  # stands in two places
        claim(0, 1, "市"),  # stands nowhere
        claim(0, 1, "𠀀"),  # fits
        claim(9, 3, None),  # nothing to go by
        claim(1, 14, "政 协"),  # two ways to be discontinuous inside the hull? 政 at 1, 协 at 2 or 14: no end fits
        claim(0, 30, "  "),
    ],
)
def test_what_is_open_is_left_alone(given: Claim) -> None:
    assert repair_mention(TEXT, given) is None


def test_a_hull_with_two_ways_to_fill_it_is_left_alone() -> None:
    assert repair_mention("甲乙丙乙丁", claim(0, 5, "甲 乙 丁")) is None
    assert repair_mention("甲乙丙戊丁", claim(0, 5, "甲 丙 丁")) == Place((Span(0, 1), Span(2, 3), Span(4, 5)), "hull")


def test_an_end_may_be_wrong_in_two_ways_that_both_fit() -> None:
    """`22` fits as an inclusive end and in the other place: which is meant is open only when places differ."""
    assert repair_mention("2122", claim(2, 3, "22")) == Place((Span(2, 4),), "inclusive-end")
    assert repair_mention("222", claim(0, 1, "22")) == Place((Span(0, 2),), "inclusive-end")


@given(texts.filter(bool), st.data())
def test_a_mention_that_fits_is_never_moved(text: str, data: st.DataObject) -> None:
    where = data.draw(fragments(len(text)))
    joint = data.draw(st.sampled_from(["…", " ", ""]))
    quoted = joint.join(text[span.start : span.end] for span in where)
    assert fits(text, Claim(where, quoted))
    assert repair_mention(text, Claim(where, quoted)) is None


@given(texts.filter(bool), st.integers(-9, 90), st.integers(-9, 90), st.text(st.sampled_from(ALPHABET), max_size=4))
def test_a_repaired_mention_fits_or_differs_in_spelling_only(text: str, start: int, end: int, quoted: str) -> None:
    given_claim = claim(start, end, quoted)
    place = repair_mention(text, given_claim)
    if place is not None:
        assert place.repair == "surface" or fits(text, Claim(place.fragments, quoted))
        assert place.fragments == tuple(sorted(place.fragments))
        assert place.repair in REPAIRS


@given(texts.filter(bool), st.data(), st.integers(-20, 20))
def test_a_moved_mention_of_unique_words_is_found_again(text: str, data: st.DataObject, shift: int) -> None:
    (where,) = data.draw(fragments(len(text), most=1))
    quoted = text[where.start : where.end]
    assume(quoted.strip() and text.count(quoted) == 1 and text.find(quoted, text.find(quoted) + 1) < 0)
    moved = claim(where.start + shift, where.end + shift, quoted)
    place = repair_mention(text, moved)
    assert (place.fragments if place else moved.fragments) == (where,)


# --- other ways of counting -------------------------------------------------------------------------------------------


def in_utf16(text: str, where: Fragments) -> Fragments:
    units = Utf16Map(text)
    return tuple(Span(units.to_utf16(span.start), units.to_utf16(span.end)) for span in where)


def in_bytes(text: str, where: Fragments) -> Fragments:
    return tuple(Span(len(text[: span.start].encode()), len(text[: span.end].encode())) for span in where)


def without_returns(text: str, where: Fragments) -> Fragments:
    def counted(position: int) -> int:
        return position - text.count("\r\n", 0, position)

    return tuple(Span(counted(span.start), counted(span.end)) for span in where)


def with_returns(text: str, where: Fragments) -> Fragments:
    return tuple(
        Span(span.start + text.count("\n", 0, span.start), span.end + text.count("\n", 0, span.end)) for span in where
    )


WAYS = {"utf16": in_utf16, "utf8": in_bytes, "line-ends": without_returns}


@pytest.mark.parametrize("repair", WAYS)
def test_a_document_counted_otherwise_is_recounted(repair: str) -> None:
    places = [(Span(1, 3),), (Span(16, 21),), (Span(24, 26),), (Span(26, 27), Span(28, 29))]
    claims = [Claim(WAYS[repair](TEXT, where), surface(TEXT, where)) for where in places]
    way = recounting_of(TEXT, claims)
    assert way is not None
    assert way.repair == repair
    assert [recounted(one, way) for one in claims] == places


def test_line_ends_that_were_two_characters_when_they_were_counted() -> None:
    text = "一行\n政协\n捐款\n"
    places = [(Span(3, 5),), (Span(6, 8),)]
    claims = [Claim(with_returns(text, where), surface(text, where)) for where in places]
    way = recounting_of(text, claims)
    assert way is not None
    assert (way.repair, [recounted(one, way) for one in claims]) == ("line-ends", places)


def test_a_byte_order_mark_that_was_counted() -> None:
    claims = [claim(2, 4, "政协"), claim(17, 22, "捐款２万元")]
    assert recounting_of(TEXT, claims) is None
    way = recounting_of(TEXT, claims, marked=True)
    assert way is not None
    assert [recounted(one, way) for one in claims] == [(Span(1, 3),), (Span(16, 21),)]


def test_one_mention_that_fits_as_it_is_speaks_against_another_way() -> None:
    places: list[Fragments] = [(Span(16, 21),), (Span(24, 26),)]
    claims = [Claim(in_utf16(TEXT, where), surface(TEXT, where)) for where in places]
    assert recounting_of(TEXT, [*claims, claim(26, 27, "😀")]) is None


def test_more_must_begin_to_fit_than_still_do_not() -> None:
    wrong = [claim(0, 1, "县"), claim(0, 1, "市")]
    claims = [Claim(in_utf16(TEXT, where), surface(TEXT, where)) for where in [(Span(16, 21),), (Span(24, 26),)]]
    assert recounting_of(TEXT, [*claims, *wrong]) is None
    assert recounting_of(TEXT, [*claims, wrong[0]]) is not None


@given(texts.filter(bool), st.data(), st.sampled_from(sorted(WAYS)))
def test_recounting_is_exact(text: str, data: st.DataObject, repair: str) -> None:
    """Whatever way is found, mentions that quote their words lie where they were made, or where the same words are."""
    places = data.draw(st.lists(fragments(len(text)), min_size=1, max_size=5))
    claims = [Claim(WAYS[repair](text, where), surface(text, where)) for where in places]
    way = recounting_of(text, claims)
    moved = [recounted(one, way) if way else one.fragments for one in claims]
    if way is not None and way.repair == repair:
        assert moved == places
    for where, one in zip(moved, claims, strict=True):
        if way is not None and where != one.fragments:
            assert fits(text, Claim(where, one.quoted)) or not fits(text, one)
