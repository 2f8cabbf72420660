"""Sums, quantities and times that the grammar of numbers finds; the value of a string that a person labels."""

from __future__ import annotations

from collections.abc import Mapping

from schemas import Schema
from workbench.annotation.suggest.records import SuggestedEntity, Suggestion, suggestion
from workbench.core.normalise import money, quantity, time
from workbench.core.records import Document
from workbench.core.text import Span
from workbench.core.values import Value
from workbench.extractors.rules.passages import Mention, Passage, passages
from workbench.extractors.rules.quoted import campaigns, documents, short_quotes, titles
from workbench.extractors.rules.values import values

SOURCE = "values"
"""The name of this source."""

VALUE_SCORE = 0.9
"""How sure the grammar is: of ten amounts that it finds annotators label more than nine."""


def suggest_values(document: Document, schema: Schema) -> tuple[Suggestion, ...]:
    """The amounts and times of a document with their normalised values, for the types of the schema that take them.

    A kind of value that several types take is suggested as the first of them.
    """
    types = value_types(schema)
    found = []
    for passage in passages(document):
        for mention in _found_in(passage, document):
            if mention.value is None or mention.value.kind not in types:
                continue
            span = Span(mention.start + passage.offset, mention.end + passage.offset)
            text = passage.text[mention.start : mention.end]
            item = SuggestedEntity(types[mention.value.kind], (span,), text, value=mention.value)
            found.append(suggestion(item, SOURCE, VALUE_SCORE))
    return tuple(found)


def value_types(schema: Schema) -> Mapping[str, str]:
    """The first entity type that takes a value of each kind."""
    types: dict[str, str] = {}
    for known in schema.entities:
        if known.value is not None:
            types.setdefault(known.value, known.id)
    return types


def propose_value(surface: str, value_kind: str | None, document: Document, span: Span | None = None) -> Value | None:
    """The value of a string that is labelled with a type that takes values of a kind; None where reading is guessing.

    Times are relative to the report's date. With `span`, its place in the document, a sum also gets the rate that its
    clause states (月工资1500元). Places are never proposed.
    """
    if span is not None and value_kind is not None:
        for passage in passages(document):
            if passage.offset <= span.start and span.end <= passage.offset + len(passage.text):
                place = Span(span.start - passage.offset, span.end - passage.offset)
                for mention in _found_in(passage, document):
                    if mention.span == place and mention.value is not None and mention.value.kind == value_kind:
                        return mention.value
    if value_kind == "money":
        return money(surface)
    if value_kind == "quantity":
        return quantity(surface)
    return time(surface, document.meta.date) if value_kind == "time" else None


def _found_in(passage: Passage, document: Document) -> list[Mention]:
    """Amounts outside titles, names of campaigns and quoted slogans, whose numbers count nothing."""
    names = titles(passage)
    names += campaigns(passage, names)
    names += documents(passage, names)
    return values(passage, [*names, *short_quotes(passage)], document.meta.date)
