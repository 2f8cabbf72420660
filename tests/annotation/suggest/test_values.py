"""Amounts by grammar, and the value proposed for a string labelled by hand."""

from __future__ import annotations

import pytest

from tests.annotation.suggest.making import SCHEMA, TEXT, document, span_of
from workbench.annotation.suggest import SuggestedEntity, propose_value, suggest_values
from workbench.core.records import Document, Meta
from workbench.core.text import Span
from workbench.core.values import Money, Quantity, Time, Value


def test_amounts_are_suggested_with_their_values() -> None:
    found = [one.item for one in suggest_values(document("𠀀捐赠２１０万元，帮扶499名学生。"), SCHEMA)]
    assert [(one.type, one.text, one.value) for one in found if isinstance(one, SuggestedEntity)] == [
        ("MONEY", "２１０万元", Money(value=2100000)),
        ("QUANT", "499名", Quantity(value=499, unit="名")),
    ]


def test_a_schema_without_value_types_gets_none() -> None:
    bare = SCHEMA.model_copy(
        update={"entities": tuple(one.model_copy(update={"value": None}) for one in SCHEMA.entities)}
    )
    assert suggest_values(document("捐赠210万元"), bare) == ()


@pytest.mark.parametrize(
    ("surface", "kind", "value"),
    [
        ("２１０万元", "money", Money(value=2100000)),
        ("499名", "quantity", Quantity(value=499, unit="名")),
        ("今年", "time", Time(type="DATE", value="2020")),
        ("日前", "time", None),
        ("紫云村", "place", None),
        ("紫云村", None, None),
    ],
)
def test_the_value_of_a_string_labelled_by_hand(surface: str, kind: str | None, value: Value | None) -> None:
    report = Document(doc_id="d1", text=TEXT, meta=Meta(date="2020-06-02"))
    assert propose_value(surface, kind, report) == value


def test_a_sum_gets_the_rate_of_its_clause_where_its_place_is_known() -> None:
    text = "政协委员月工资1500元。"
    where = span_of(text, "1500元")
    assert propose_value("1500元", "money", document(text), where) == Money(value=1500, per="P1M")
    assert propose_value("1500元", "money", document(text)) == Money(value=1500)
    assert propose_value("500元", "money", document(text), Span(where.start + 1, where.end)) == Money(value=500)
