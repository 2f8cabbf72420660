"""The names of the controls of a Label Studio project."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import any_text
from workbench.core.schema import open_schema
from workbench.formats.label_studio import attribute_of, control_name, controls_of
from workbench.formats.label_studio.controls import CLUSTER, ENTITY, FRAME, TEXT, ZONE, control_by_use

SCHEMA = open_schema("cppcc-poverty")
ATTRIBUTES = st.one_of(
    any_text,
    st.sampled_from([TEXT, ENTITY, FRAME, CLUSTER, ZONE, "note", "relation", "true", "a-", "-", "a.b", "-2d-"]),
)


@given(ATTRIBUTES, st.none() | ATTRIBUTES)
def test_a_name_gives_back_its_attribute(attribute: str, of: str | None) -> None:
    name = control_name(attribute, of)
    assert attribute_of(name) == attribute
    assert re.fullmatch(r"[\w.-]+", name)
    assert name not in (TEXT, ENTITY, FRAME, CLUSTER, ZONE, "true", "false")


@given(st.lists(st.tuples(ATTRIBUTES, st.none() | ATTRIBUTES), max_size=5, unique=True))
def test_other_attributes_have_other_names(uses: list[tuple[str, str | None]]) -> None:
    names = sorted(control_name(attribute, of) for attribute, of in uses)
    assert all(one != other for one, other in pairwise(names))


def test_usual_names_are_plain() -> None:
    assert control_name("org_type") == "org_type"
    assert control_name("机构") == "机构"
    assert control_name("level", "ORG") == "level.ORG"
    assert control_name("note") == "note-"
    assert control_name("a|b@c") == "a-7c-b-40-c"


def test_names_that_are_not_ours_stand_for_themselves() -> None:
    for name in ("sentence-type", "my control", "a--b", "-0-", "-d800-", "-110000-", ".", "note", "a.b.c", "-2d"):
        assert attribute_of(name) == name
    assert attribute_of("level.ORG") == "level"


def test_the_controls_of_a_schema() -> None:
    controls = controls_of(SCHEMA)
    names = [control.name for control in controls]
    assert len(names) == len(set(names))
    by_name = {control.name: control for control in controls}
    assert by_name["level.ORG"].values != by_name["level.LOC"].values
    assert by_name["mention"].types == ("PER", "ORG", "LOC")
    assert (by_name["mention"].kind, by_name["canonical"].kind) == ("choices", "textarea")
    assert by_name["mention"].takes("NAM")
    assert not by_name["mention"].takes("nam")
    assert not by_name["canonical"].takes("")
    uses = control_by_use(SCHEMA)
    for item in (*SCHEMA.entities, *SCHEMA.frames):
        for attribute, known in item.attributes.items():
            assert uses[item.id, attribute].values == known.values
        for attribute in SCHEMA.annotation_attributes:
            assert (item.id, attribute) in uses
