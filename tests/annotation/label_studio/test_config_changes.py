"""What another configuration does to a project that has annotations."""

from __future__ import annotations

import pytest

from schemas import Schema
from workbench.annotation.label_studio.config_changes import configuration_changes
from workbench.annotation.label_studio.configuration import configuration
from workbench.core.errors import FaultyData
from workbench.core.schema import open_schema

SCHEMA = open_schema()
MADE = configuration(SCHEMA)
SMALL = """<View>
  <Text name="text" value="$text" granularity="word"/>
  <Labels name="entity" toName="text"><View><Label value="人物" alias="PER" background="red"/></View></Labels>
  <Choices name="spec" toName="text" perRegion="true" whenLabelValue="PER,ORG"><Choice value="GEN"/></Choices>
  <Relations><Relation value="PART_OF"/></Relations>
</View>"""


def lines(old: str, new: str) -> list[str]:
    return list(configuration_changes(old, new).lines())


def test_nothing_changes() -> None:
    """Neither from itself nor from a copy that is laid out otherwise."""
    for same in (MADE, MADE.strip(), MADE.replace("\n", "\n\n"), MADE.replace("<View>", "<View><!-- 𠮷 -->", 1)):
        changes = configuration_changes(same, MADE)
        assert changes.lines() == ()
        assert changes.is_additive


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('value="人物" alias="PER"', 'value="人𠮷" alias="PER"', ["~ name of label PER of entity: 人物 → 人𠮷"]),
        ('alias="PER"', 'alias="P"', ["- label PER of entity", "+ label P of entity"]),
        ("red", "blue", ["~ colour of label PER of entity: red → blue"]),
        ('alias="PER"', 'alias="PER" hotkey="p"', ["~ key of label PER of entity: none → p"]),
        (' background="red"', "", ["~ colour of label PER of entity: red → none"]),
        ('granularity="word"', 'granularity="symbol"', ["~ granularity of object text (Text of $text): word → symbol"]),
        ("$text", "$body", ["- object text (Text of $text)", "+ object text (Text of $body)"]),
        ('<Choice value="GEN"/>', "", ["- choice GEN of spec"]),
        ('<Choice value="GEN"/>', '<Choice value="GEN"/><Choice value="𠮷"/>', ["+ choice 𠮷 of spec"]),
        ('<Relation value="PART_OF"/>', "", ["- relation label PART_OF"]),
        ("PER,ORG", "ORG", ["- control spec for PER"]),
        ("PER,ORG", "PER,ORG,LOC", ["+ control spec for LOC"]),
        (' whenLabelValue="PER,ORG"', "", ["+ control spec for all labels"]),
    ],
)
def test_one_change(old: str, new: str, expected: list[str]) -> None:
    assert old in SMALL
    changes = configuration_changes(SMALL, SMALL.replace(old, new))
    assert sorted(changes.lines()) == sorted(expected)
    assert changes.is_additive == (not any(line.startswith("-") for line in expected))


def test_several_values_and_another_control() -> None:
    many = SMALL.replace("<Choices ", '<Choices choice="multiple" ')
    assert "- several values of control spec" in lines(many, SMALL)
    assert configuration_changes(SMALL, many).is_additive
    other = SMALL.replace('<Choices name="spec"', '<TextArea name="spec"')
    other = other.replace('<Choice value="GEN"/></Choices>', "</TextArea>")
    assert lines(SMALL, other)[:2] == ["- control spec (Choices on text)", "- choice GEN of spec"]


def test_a_control_of_regions_becomes_one_of_tasks() -> None:
    changes = configuration_changes(SMALL, SMALL.replace('perRegion="true"', ""))
    assert changes.removed == ("control spec for regions", "control spec for PER", "control spec for ORG")
    assert changes.added == ("control spec for whole tasks",)


def test_all_labels_become_some() -> None:
    wide = SMALL.replace(' whenLabelValue="PER,ORG"', "")
    assert lines(wide, SMALL)[0] == "- control spec for all labels"


def test_an_empty_project_may_become_anything() -> None:
    changes = configuration_changes("<View></View>", MADE)
    assert changes.is_additive
    assert "label ORG of entity" in changes.added
    assert not configuration_changes(MADE, "<View/>").is_additive


def test_a_type_more_or_less() -> None:
    """With the type go its controls; what other types have stays."""
    less = configuration(SCHEMA.model_copy(update={"entities": SCHEMA.entities[1:]}))
    assert "label PER of entity" in configuration_changes(MADE, less).removed
    assert "control mention for PER" in configuration_changes(MADE, less).removed
    assert configuration_changes(less, MADE).is_additive


def with_colour(colour: str) -> Schema:
    first = SCHEMA.entities[0].model_copy(update={"colour": colour})
    return SCHEMA.model_copy(update={"entities": (first, *SCHEMA.entities[1:])})


def test_only_looks() -> None:
    changes = configuration_changes(MADE, configuration(with_colour("#000000")))
    assert changes.lines() == ("~ colour of label PER of entity: #566dff → #000000",)
    assert changes.is_additive


@pytest.mark.parametrize("spoilt", ["", "<View>", "<!DOCTYPE View><View/>", "𠮷"])
def test_what_cannot_be_read(spoilt: str) -> None:
    with pytest.raises(FaultyData, match="not a labelling configuration"):
        configuration_changes(spoilt, MADE)
