"""Gamma and alpha_U over documents: those of one document are its own, several are put together as is said."""

from __future__ import annotations

import pytest

from tests.review.agreement.passes import compared, two
from tests.scoring.documents import TEXT, document
from workbench.core.records import AnnotatedDocument
from workbench.review.agreement import gamma as gamma_module
from workbench.review.agreement.alpha_u import Unit, alpha_u
from workbench.review.agreement.annotators import Unitizing, to_json
from workbench.review.agreement.gamma import FULL, NO_UNITS, GammaSettings, gamma
from workbench.review.agreement.unitizing import ALPHA_U_WARNING

SETTINGS = GammaSettings(samples=10, precision=None)
BOTH = Unitizing(SETTINGS, alpha_u=True)
LEFT = [(0, 5, "ORG"), (7, 10, "LOC"), (18, 23, "MONEY")]
RIGHT = [(0, 5, "ORG"), (8, 10, "LOC"), (13, 16, "GROUP")]
OTHER_LEFT = [(0, 2, "LOC"), (13, 16, "GROUP")]
OTHER_RIGHT = [(0, 3, "LOC"), (13, 16, "ORG")]


def units(*items: tuple[int, int, str], start: int = 0) -> list[Unit]:
    return [Unit(start + first, start + last, kind) for first, last, kind in items]


def passes(
    *items: list[tuple[int, int, str]], text: str | None = TEXT, doc_id: str = "d1"
) -> list[list[AnnotatedDocument]]:
    return [[document(one, doc_id=doc_id)._replace(text=text)] for one in items]


def test_one_document_has_its_own_gamma_and_alpha_u() -> None:
    """Together is that of the document; its own seed, which is printed, gives it again."""
    found = two(*passes(LEFT, RIGHT), unitizing=BOTH)
    assert found.gamma is not None
    own = found.gamma.documents["d1"]
    again = gamma([units(*LEFT), units(*RIGHT)], SETTINGS._replace(seed=own.settings.seed))
    assert own == again
    assert found.gamma.value == pytest.approx(again.value)
    assert (found.gamma.settings, found.gamma.discontinuous) == (SETTINGS, 0)
    assert found.alpha_u is not None
    expected = alpha_u([units(*LEFT), units(*RIGHT)], len(TEXT))
    assert found.alpha_u.value == pytest.approx(expected.value)
    assert {kind: one for kind, (one, _) in found.alpha_u.by_type.items()} == expected.by_category
    assert found.alpha_u.documents["d1"] == expected


def test_two_documents_together() -> None:
    """Gamma: 1 − Σ observed·units / Σ expected·units; alpha_U: the second text behind the first."""
    first, second = passes(LEFT, RIGHT), passes(OTHER_LEFT, OTHER_RIGHT, doc_id="d2")
    found = two(first[0] + second[0], first[1] + second[1], unitizing=BOTH)
    assert found.gamma is not None
    each = found.gamma.documents
    assert each["d1"].settings.seed != each["d2"].settings.seed
    # 6 and 4 units of two annotators: 3 and 2 of one
    observed = 3 * (each["d1"].observed or 0) + 2 * (each["d2"].observed or 0)
    expected = 3 * (each["d1"].expected or 0) + 2 * (each["d2"].expected or 0)
    assert found.gamma.value == pytest.approx(1 - observed / expected)
    assert (found.gamma.observed, found.gamma.expected) == (pytest.approx(observed), pytest.approx(expected))
    errors = [3 * (each["d1"].expected or 0) * (each["d1"].precision or 0)]
    errors.append(2 * (each["d2"].expected or 0) * (each["d2"].precision or 0))
    assert found.gamma.precision == pytest.approx((errors[0] ** 2 + errors[1] ** 2) ** 0.5 / expected)
    laid = [units(*one) + units(*other, start=len(TEXT)) for one, other in ((LEFT, OTHER_LEFT), (RIGHT, OTHER_RIGHT))]
    assert found.alpha_u is not None
    assert found.alpha_u.value == pytest.approx(alpha_u(laid, 2 * len(TEXT)).value)


def test_intervals_leave_out_one_document_at_a_time() -> None:
    """Three documents: jackknife-t around the value, made of the values of every two documents."""
    sides = [
        [one for number, items in enumerate(side) for one in passes(items, doc_id=f"d{number}")[0]]
        for side in ((LEFT, OTHER_LEFT, LEFT[:2]), (RIGHT, OTHER_RIGHT, RIGHT))
    ]
    whole = two(*sides, unitizing=BOTH)
    assert whole.gamma is not None
    assert whole.alpha_u is not None
    for measure in ("gamma", "alpha_u"):
        found = getattr(whole, measure)
        values = []
        for left_out in range(3):
            some = two(*([one for one in side if one.doc_id != f"d{left_out}"] for side in sides), unitizing=BOTH)
            values.append(3 * found.value - 2 * getattr(some, measure).value)
        mean = sum(values) / 3
        error = (sum((value - mean) ** 2 for value in values) / 2 / 3) ** 0.5
        assert found.interval.method == "jackknife-t"
        assert found.interval.low == pytest.approx(found.value - 4.302653 * error, abs=1e-5)
        assert found.interval.high == pytest.approx(min(found.value + 4.302653 * error, 1), abs=1e-5)


def test_three_annotators_jointly() -> None:
    """Gamma of all three at once, beside that of each two; a document that one lacks is not in it."""
    sides = passes(LEFT, RIGHT, LEFT[:2])
    found = compared(sides[0] + passes(OTHER_LEFT, doc_id="d2")[0], *sides[1:], unitizing=BOTH)
    assert found.joint is not None
    assert (found.joint.annotators, found.joint.documents) == (("A", "B", "C"), ("d1",))
    assert found.joint.gamma is not None
    own = found.joint.gamma.documents["d1"]
    assert own.units == 8
    assert own == gamma([units(*LEFT), units(*RIGHT), units(*LEFT[:2])], SETTINGS._replace(seed=own.settings.seed))
    assert found.joint.alpha_u is not None
    assert found.joint.alpha_u.value == alpha_u([units(*LEFT), units(*RIGHT), units(*LEFT[:2])], len(TEXT)).value
    assert "joint" in to_json(found)
    assert compared(*sides).joint is None


def test_more_alignments_than_can_be_weighed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A document without a gamma is left out, and named; without any other, nothing is left to put together."""
    monkeypatch.setattr(gamma_module, "MOST_ALIGNMENTS", 1)
    found = compared(*passes(LEFT, RIGHT, LEFT), unitizing=BOTH)
    assert found.joint is not None
    assert found.joint.gamma is not None
    assert found.joint.gamma.value is None
    assert found.joint.gamma.note.startswith("no document has a gamma; d1 is left out: more than 1 unitary alignments")


def test_full_agreement_and_no_units() -> None:
    """Equal annotations have gamma 1, even where nothing could be worse; without units there is nothing to say."""
    one = two(*passes([(0, 1, "ORG")], [(0, 1, "ORG")]), unitizing=BOTH)
    assert one.gamma is not None
    assert (one.gamma.value, one.gamma.note) == (1.0, FULL)
    none = two(*passes([], []), unitizing=BOTH)
    assert none.gamma is not None
    assert (none.gamma.value, none.gamma.note) == (None, NO_UNITS)
    assert none.alpha_u is not None
    assert none.alpha_u.value is None
    assert none.alpha_u.note


def test_alpha_u_without_what_it_cannot_represent() -> None:
    """A place in a place makes that type and the joint value undefined, and says where; other types have theirs."""
    nested = [(7, 13, "LOC"), (7, 10, "LOC"), (0, 5, "ORG")]
    found = two(*passes(nested, nested[:1] + nested[2:]), unitizing=BOTH).alpha_u
    assert found is not None
    assert found.value is None
    assert "1 of 2 types have some: LOC" in found.note
    place, organisation = found.by_type["LOC"][0], found.by_type["ORG"][0]
    assert (place.value, place.items) == (None, 3)
    assert place.note.endswith("d1, A: 7–10 and 7–13")
    assert organisation.value == 1.0
    assert "A, LOC 7–10 and 7–13" in found.documents["d1"].note


def test_alpha_u_needs_the_length_of_the_text() -> None:
    """Without the text of a document its continuum has no known length; gamma needs none."""
    found = two(*passes(LEFT, RIGHT, text=None), unitizing=BOTH)
    assert found.alpha_u is not None
    assert (found.alpha_u.value, found.alpha_u.by_type) == (None, {})
    assert found.alpha_u.note == "the length of d1 is not known, for its text is missing"
    assert found.gamma is not None
    assert found.gamma.value is not None


def test_discontinuous_entities_are_one_unit() -> None:
    """From the first to the last code point, and counted."""
    found = two([document([((0, 2), (4, 6), "ORG")])], [document([(0, 6, "ORG")])], unitizing=BOTH).gamma
    assert found is not None
    assert (found.value, found.discontinuous) == (1.0, 1)


def test_the_warning_about_alpha_u_is_true() -> None:
    """One long miss outweighs ten short ones, and a span that is too long raises the value."""
    short = [Unit(5 + 10 * index, 7 + 10 * index, "ORG") for index in range(10)]
    long = [Unit(120, 160, "ORG")]
    missed_short, missed_long = (alpha_u([[*short, *long], one], 200).value for one in (long, short))
    assert missed_short is not None
    assert missed_long is not None
    assert missed_short > 0.98
    assert missed_long < 0.4
    five = [Unit(2 + 12 * index, 6 + 12 * index, "ORG") for index in range(5)]
    exact, longer, longest = (alpha_u([five, [Unit(2, 6 + more, "ORG")]], 60).value or 0.0 for more in (0, 1, 3))
    assert exact < longer < longest
    result = to_json(compared(*passes(LEFT, RIGHT), unitizing=BOTH))["pairs"][0]
    assert result["alpha_u"]["warning"] == ALPHA_U_WARNING
    assert result["gamma"]["settings"] == {"sampler": "shuffle", **SETTINGS._asdict()}
