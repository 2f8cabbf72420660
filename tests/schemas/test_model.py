"""The meta-model: what a schema can say, and the questions it answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.load import load
from schemas.model import Attribute, Example, RelationExample, RelationType, Role, Schema

BOUND = st.integers(0, 50)


@pytest.fixture
def schema(small: str, tmp_path: Path) -> Schema:
    file = tmp_path / "schema.yaml"
    file.write_text(small, encoding="utf-8")
    return load(str(file))


def relation(**fields: object) -> RelationType:
    example = RelationExample(doc="r1", head="a", tail="b")
    return RelationType.model_validate({"id": "R", "zh": "关", "en": "r", "example": example, **fields})


@given(low=BOUND, high=BOUND | st.none())
def test_cardinality(low: int, high: int | None) -> None:
    """`low-high` and `low-n` read back as their bounds; a bound below the lower one, or of none, is refused."""
    card = f"{low}-{'n' if high is None else high}"
    if high is None or high >= max(low, 1):
        role = Role(card=card, types=("PLACE",), zh="地点")
        assert (role.minimum, role.maximum) == (low, high)
    else:
        with pytest.raises(ValidationError):
            Role(card=card, types=("PLACE",), zh="地点")


@given(card=st.text(max_size=5))
def test_cardinality_form(card: str) -> None:
    """Nothing but two bounds is a cardinality."""
    low, dash, high = card.partition("-")
    fine = dash and low.isdecimal() and (high == "n" or (high.isdecimal() and int(high) >= max(int(low), 1)))
    try:
        role = Role(card=card, types=("PLACE",), zh="地点")
    except ValidationError:
        assert not fine
    else:
        assert (role.minimum, role.maximum) == (int(low), None if high == "n" else int(high))


def test_attribute_values() -> None:
    """A closed attribute allows its values and nothing else."""
    attribute = Attribute(values=("NAM", "NOM"))
    assert attribute.allows("NAM")
    assert not attribute.allows("nam")


def test_attribute_pattern() -> None:
    """A pattern must match the whole value."""
    attribute = Attribute(pattern=r"D\d+")
    assert attribute.allows("D12")
    assert not attribute.allows("D12?")
    assert not attribute.allows("see D12")


def test_attribute_default() -> None:
    """What goes without saying is one of the values."""
    assert Attribute(values=("SPC", "GEN"), default="SPC").default == "SPC"
    with pytest.raises(ValidationError, match="default 'SPEC' is not an admissible value"):
        Attribute(values=("SPC", "GEN"), default="SPEC")


@pytest.mark.parametrize(
    ("attributes", "optional"),
    [
        ({"mention": "NOM"}, True),
        ({"mention": "NOM", "spec": "SPC"}, True),
        ({"mention": "NOM", "spec": "GEN"}, False),
        ({"mention": "NAM"}, False),
        ({}, False),
    ],
)
def test_optional_mentions(attributes: dict[str, str], optional: bool) -> None:
    """What a mention leaves unsaid is the default: a bare NOM place is specific, and so optional."""
    assert load("cppcc_poverty").entity_types["LOC"].is_optional(attributes) == optional


def test_types_without_optional_mentions() -> None:
    """Where the schema calls no mention optional, none is."""
    assert not load("cppcc_poverty").entity_types["GROUP"].is_optional({"mention": "NOM"})


@given(value=st.text())
def test_attribute_free(value: str) -> None:
    """An attribute without values and pattern allows any string."""
    assert Attribute().allows(value)


@given(labels=st.dictionaries(st.text(), st.text(), min_size=1))
def test_attribute_labels(labels: dict[str, str]) -> None:
    """A mapping of values to labels is the short way to give both, and what it makes can be read again."""
    attribute = Attribute.model_validate({"values": labels})
    assert attribute.values == tuple(labels)
    assert attribute.labels == labels
    assert Attribute.model_validate(attribute.model_dump(mode="json")) == attribute


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"values": ["a"], "pattern": "a"}, "values or a pattern"),
        ({"values": ["a"], "labels": {"b": "乙"}}, "label for 'b', which is not a value"),
        ({"values": {"a": "甲"}, "labels": {"a": "甲"}}, "already give the labels"),
        ({"pattern": "("}, "not a regular expression"),
        ({"value": ["a"]}, "Extra inputs"),
    ],
)
def test_attribute_refused(fields: dict[str, object], message: str) -> None:
    """An attribute that contradicts itself is refused."""
    with pytest.raises(ValidationError, match=message):
        Attribute.model_validate(fields)


@given(text=st.text(min_size=1), span=st.text())
def test_example_span(text: str, span: str) -> None:
    """The span of an example lies in its text."""
    if span in text:
        assert Example(doc="r1", text=text, span=span).span == span
    else:
        with pytest.raises(ValidationError, match="does not occur in text"):
            Example(doc="r1", text=text, span=span)


def test_admissible_product() -> None:
    """Heads times tails, in that direction only."""
    link = relation(head=["A", "B"], tail=["C"])
    assert link.admissible == {("A", "C"), ("B", "C")}
    assert link.admits("A", "C")
    assert not link.admits("C", "A")


def test_admissible_pairs() -> None:
    """Pairs and nothing beyond them."""
    link = relation(pairs=[("A", "A"), ("B", "B")])
    assert link.admits("A", "A")
    assert not link.admits("A", "B")


@given(head=st.sampled_from("ABC"), tail=st.sampled_from("ABC"))
def test_symmetric(head: str, tail: str) -> None:
    """A symmetric relation admits two types in both orders or in neither."""
    link = relation(head=["A"], tail=["A", "B"], symmetric=True)
    assert link.admits(head, tail) == link.admits(tail, head)


@pytest.mark.parametrize(
    "fields",
    [{}, {"head": ["A"]}, {"tail": ["A"]}, {"head": ["A"], "tail": ["A"], "pairs": [("A", "A")]}],
)
def test_pairs_or_product(fields: dict[str, object]) -> None:
    """A relation gives pairs or a product: one of them, and whole."""
    with pytest.raises(ValidationError, match="either pairs, or both"):
        relation(**fields)


def test_nesting(schema: Schema) -> None:
    """A type holds the types it lists, or all of a layer; an unknown type holds nothing and lies in nothing."""
    held = {(outer, inner) for outer in schema.entity_types for inner in schema.entity_types}
    held = {pair for pair in held if schema.may_nest(*pair)}
    assert held == {
        ("PLACE", "PLACE"),
        ("BODY", "PLACE"),
        ("BODY", "BODY"),
        ("CLAIM", "PLACE"),
        ("CLAIM", "BODY"),
    }
    assert not schema.may_nest("NOTHING", "PLACE")
    assert not schema.may_nest("PLACE", "NOTHING")


def test_relations_between(schema: Schema) -> None:
    """The relation types for two types come in the schema's order; symmetric ones count both ways."""
    assert schema.relations_between("BODY", "BODY") == ("WITHIN", "WITH")
    assert schema.relations_between("PLACE", "BODY") == schema.relations_between("BODY", "PLACE") == ("WITH",)
    assert schema.relations_between("CLAIM", "BODY") == ()


def test_finishable(schema: Schema) -> None:
    """The entity layers can be finished, then relations, then frames."""
    assert schema.finishable == ("mention", "statement", "relations", "frames")


def test_lookup(schema: Schema) -> None:
    """Types are found by their ids, in the order of the file."""
    assert list(schema.entity_types) == ["PLACE", "BODY", "CLAIM"]
    assert schema.relation_types["WITH"].symmetric
    assert schema.frame_types["HELP"].roles["place"].maximum == 1


def test_frozen(schema: Schema) -> None:
    """A schema cannot be changed once it is read."""
    with pytest.raises(ValidationError, match="frozen"):
        schema.version = "9.9.9"  # type: ignore[misc]


def test_reads_itself(schema: Schema) -> None:
    """What a schema writes of itself is the same schema."""
    again = Schema.model_validate(schema.model_dump(mode="json"))
    assert again == schema
    assert again.hash == schema.hash


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("badge: 帮", "badge: 帮扶"),
        ("key: h", "key: H"),
        ("key: h", "key: hh"),
        ("colour: '#404040'", "colour: '#40404'"),
        ("colour: '#404040'", "colour: '#ABCDEF'"),
        ("version: 1.2.3", "version: '1.2'"),
        ("id: small", "id: Small"),
        ("  - id: HELP", "  - id: help"),
        ("{card: 0-1,", "{card: 1,"),
        ("types: [BODY], zh: 帮扶者}", "types: [], zh: 帮扶者}"),
        ("types: [BODY], zh: 帮扶者}", "types: [BODY]}"),
        ("zh: 小", "zh: ''"),
        ("max_depth: 2", "max_depth: 0"),
    ],
)
def test_form(old: str, new: str, small: str, faults_of: Callable[[str], tuple[object, ...]]) -> None:
    """Names, keys, badges, colours, versions and bounds have one form; any other is a fault."""
    assert small.count(old) == 1
    assert len(faults_of(small.replace(old, new))) == 1
