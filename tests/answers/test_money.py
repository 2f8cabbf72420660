"""What may be added up: every amount once, in the right sum, or left out with a reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.answers.built import entity, frame, report, yuan
from tests.strategies import annotated_texts
from workbench.answers.catalogue import table_of
from workbench.answers.columns import USUAL, Row, Settings
from workbench.answers.money import SUMS, Counted, LeftOut, bounds, verdicts
from workbench.answers.reports import Report
from workbench.core.records import AnnotatedDocument, Argument
from workbench.core.schema import open_schema
from workbench.core.values import Money

TEXT = "𠀀县政协向银溪村捐赠10万元,其中4万元用于修路。\n全年　共捐赠90余万元。"


def assistance(made: Report, settings: Settings = USUAL) -> list[Row]:
    return list(table_of("assistance").rows(made, settings))


def amounts(made: Report, settings: Settings = USUAL) -> list[Row]:
    return list(table_of("amounts").rows(made, settings))


def one_deed(money: dict[str, object] | None = None, **attributes: str) -> Row:
    """The row of a deed with 10万元."""
    amount = entity(TEXT, "M", "MONEY", "10万元", **({"value": yuan(100000)} | (money or {})))
    made = report(TEXT, [amount], [frame(TEXT, "E1", "ASSIST", "捐赠", {"amount": "M"}, **attributes)])
    (row,) = assistance(made)
    return row


def sums(row: Row) -> dict[str, float]:
    return {name: row[f"{name}_yuan"] for name in SUMS if row[f"{name}_yuan"] is not None}


@pytest.mark.parametrize(
    ("money", "attributes", "counted"),
    [
        ({}, {}, "given"),
        ({}, {"realis": "actual", "transfer": "cash", "aggregation": "instance"}, "given"),
        ({}, {"transfer": "brokered_cash"}, "brokered"),
        ({}, {"transfer": "in_kind"}, "goods"),
        ({"kind_of_flow": "price"}, {"transfer": "cash"}, "goods"),
        ({}, {"aggregation": "total", "transfer": "brokered_cash"}, "total"),
        ({}, {"realis": "planned", "aggregation": "total"}, "planned"),
    ],
)
def test_an_amount_counts_in_one_sum(money: dict[str, object], attributes: dict[str, str], counted: str) -> None:
    """Plans before totals, totals before single deeds; of these goods, money of others, money given."""
    row = one_deed(money, **attributes)
    assert sums(row) == {counted: 100000}
    assert row["amount_left_out"] == []


@pytest.mark.parametrize(
    ("money", "attributes", "reason"),
    [
        ({"kind_of_flow": "revenue"}, {}, "sales"),
        ({"kind_of_flow": "income"}, {}, "an income"),
        ({"kind_of_flow": "standard"}, {}, "a standard"),
        ({"value": yuan(100000, per="household")}, {}, "a rate (household)"),
        ({"per": "P1M"}, {}, "a rate (P1M)"),
        ({"value": None}, {}, "no figure"),
        ({"value": Money(max=100000, mod="LESS_THAN")}, {}, "no lower bound"),
        ({"unresolved": "true"}, {}, "unresolved"),
        ({}, {"unresolved": "true"}, "unresolved"),
        ({}, {"realis": "generic"}, "help in general, no deed"),
    ],
)
def test_what_is_no_money_handed_on_is_left_out(
    money: dict[str, object], attributes: dict[str, str], reason: str
) -> None:
    """The row names the amount and says why no sum holds it."""
    row = one_deed(money, **attributes)
    assert sums(row) == {}
    assert row["amount_left_out"] == [f"10万元: {reason}"]


def test_an_unresolved_amount_counts_when_asked() -> None:
    """Also where only the argument is unresolved."""
    amount = entity(TEXT, "M", "MONEY", "10万元", value=yuan(100000))
    deed = frame(TEXT, "E1", "ASSIST", "捐赠", {})
    deed = deed.model_copy(update={"arguments": (Argument(role="amount", entity="M", extra={"unresolved": True}),)})
    made = report(TEXT, [amount], [deed])
    (left,), (kept,) = assistance(made), assistance(made, Settings(unresolved=True))
    assert (left["amount_left_out"], left["unresolved"]) == (["10万元: unresolved"], True)
    assert (sums(kept), kept["unresolved"]) == ({"given": 100000}, True)


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        (yuan(5), 5, 5),
        (Money(value=5, mod="APPROX"), 5, 5),
        (Money(value=5, mod="APPROX_BELOW"), 5, 5),
        (Money(min=5, mod="MORE_THAN"), 5, None),
        (Money(min=5, mod="EQUAL_OR_MORE"), 5, None),
        (Money(max=5, mod="LESS_THAN"), None, 5),
        (Money(max=5, mod="EQUAL_OR_LESS"), None, 5),
        (Money(min=2, max=3, mod="RANGE"), 2, 3),
        (Money(min=20, max=99, mod="VAGUE"), 20, 99),
        (Money(mod="VAGUE"), None, None),
    ],
)
def test_bounds_by_modifier(value: Money, low: float | None, high: float | None) -> None:
    """A figure that is stated is both bounds; an open amount has one."""
    assert bounds(value) == (low, high)


def test_a_sum_is_not_added_to_its_part() -> None:
    """其中4万元 is among the 10万元 of the same frame."""
    money = [
        entity(TEXT, "M1", "MONEY", "10万元", value=yuan(100000)),
        entity(TEXT, "M2", "MONEY", "4万元", value=yuan(40000)),
    ]
    (row,) = assistance(report(TEXT, money, [frame(TEXT, "E1", "ASSIST", "捐赠", {"amount": ["M1", "M2"]})]))
    assert sums(row) == {"given": 100000}
    assert row["amount"] == ["10万元", "4万元"]
    assert row["amount_left_out"] == ["4万元: part of 10万元"]


def test_several_amounts_of_one_deed_are_added() -> None:
    """40000 and at least 900000 make at least 940000, without an upper bound."""
    money = [
        entity(TEXT, "M1", "MONEY", "4万元", value=yuan(40000)),
        entity(TEXT, "M2", "MONEY", "90余万元", value=Money(min=900000, mod="MORE_THAN")),
    ]
    (row,) = assistance(report(TEXT, money, [frame(TEXT, "E1", "ASSIST", "捐赠", {"amount": ["M1", "M2"]})]))
    assert (row["given_yuan"], row["given_yuan_max"]) == (940000, None)
    assert row["amount_modifier"] == ["EXACT", "MORE_THAN"]


def test_an_amount_of_two_frames_counts_in_one() -> None:
    """In the single deed, although the total is told before it; the other row says where."""
    amount = entity(TEXT, "M", "MONEY", "10万元", value=yuan(100000))
    frames = [
        frame(TEXT, "E1", "ASSIST", "捐赠", {"amount": "M"}, aggregation="total"),
        frame(TEXT, "E2", "ASSIST", "修路", {"amount": "M"}),
        frame(TEXT, "E3", "ASSIST", "用于", {"amount": "M"}),
    ]
    made = report(TEXT, [amount], frames)
    rows = {row["frame"]: row for row in assistance(made)}
    assert {name: sums(row) for name, row in rows.items()} == {"E1": {}, "E2": {}, "E3": {"given": 100000}}
    assert rows["E1"]["amount_left_out"] == rows["E2"]["amount_left_out"] == ["10万元: counted in E3"]
    (row,) = amounts(made)
    assert (row["counted_as"], row["counted_in"], row["frame"]) == ("given", "E3", ["E1", "E3", "E2"])


def test_the_same_sum_at_two_places_is_pointed_out() -> None:
    """Two mentions of one figure may be one deed told twice: both rows say so, both count."""
    text = "捐赠10万元。又捐资10万元,再出资3万元。"
    money = [
        entity(text, "M1", "MONEY", "10万元", value=yuan(100000)),
        entity(text, "M2", "MONEY", "10万元", 2, value=yuan(100000)),
        entity(text, "M3", "MONEY", "3万元", value=yuan(30000)),
    ]
    frames = [
        frame(text, f"E{n}", "ASSIST", trigger, {"amount": f"M{n}"})
        for n, trigger in enumerate(("捐赠", "捐资", "出资"), 1)
    ]
    rows = assistance(report(text, money, frames))
    assert [row["same_figure"] for row in rows] == [["E2"], ["E1"], []]
    assert sum(row["given_yuan"] for row in rows) == 230000


def test_money_outside_of_deeds_is_listed_but_not_counted() -> None:
    """An amount in a result is in the table of amounts, with its statement."""
    text = "助农增收59万元。"
    made = report(
        text,
        [entity(text, "S", "RESULT", "助农增收59万元"), entity(text, "M", "MONEY", "59万元", value=yuan(590000))],
    )
    (row,) = amounts(made)
    assert (row["yuan"], row["counted_as"], row["statement"]) == (590000, None, "助农增收59万元")
    assert row["left_out"] == "not the amount of a deed of help"


@given(annotated_texts(), st.data())
def test_rows_and_amounts_add_up_alike(made: tuple[str, object], data: st.DataObject) -> None:
    """Whatever is annotated: each sum over the rows is the sum over the amounts that count, each once."""
    text, annotation = made
    frames = [
        one.model_copy(
            update={
                "arguments": tuple(
                    filler.model_copy(update={"role": data.draw(st.sampled_from(["helper", "amount"]))})
                    for filler in one.arguments
                ),
                "attributes": data.draw(
                    st.fixed_dictionaries(
                        {},
                        optional={
                            "realis": st.sampled_from(["actual", "planned", "generic"]),
                            "aggregation": st.sampled_from(["instance", "total"]),
                            "transfer": st.sampled_from(["cash", "in_kind", "brokered_cash"]),
                            "unresolved": st.just("true"),
                        },
                    )
                ),
            }
        )
        for one in annotation.frames  # type: ignore[attr-defined]
    ]
    changed = annotation.model_copy(update={"frames": tuple(frames)})  # type: ignore[attr-defined]
    built = Report(AnnotatedDocument("d1", changed, text), open_schema())
    rows, listed = assistance(built), amounts(built)
    for name in SUMS:
        by_row = sum(row[f"{name}_yuan"] or 0 for row in rows)
        assert by_row == sum(row["yuan"] for row in listed if row["counted_as"] == name)
    counted = [amount for (_, amount), verdict in verdicts(built, Settings()).items() if isinstance(verdict, Counted)]
    assert len(counted) == len(set(counted))
    assert all(verdict.reason for verdict in verdicts(built, Settings()).values() if isinstance(verdict, LeftOut))
