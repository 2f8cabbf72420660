"""The labelling configuration: what it offers, what results then hold, and its hash."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import EntityType, Schema
from tests.annotation.label_studio.hostile import VALUES, hostile_schema
from tests.annotation.label_studio.serving import LabelStudio
from workbench.annotation.label_studio.configuration import configuration, configuration_hash, parse_configuration
from workbench.core.errors import FaultyData
from workbench.core.schema import open_schema
from workbench.formats.label_studio import CONTINUES, controls_of, relation_labels
from workbench.formats.label_studio.controls import CLUSTER, ENTITY, FRAME, TEXT, ZONE

SCHEMA = open_schema()
HOSTILE = hostile_schema(SCHEMA)


def tree(schema: Schema = SCHEMA) -> ET.Element:
    return ET.fromstring(configuration(schema))  # noqa: S314


def ids(control: ET.Element) -> list[str]:
    """What results of a control hold."""
    options = [*control.iter("Label"), *control.iter("Choice"), *control.iter("Relation")]
    return [one.get("alias") or one.attrib["value"] for one in options]


@pytest.mark.parametrize("schema", [SCHEMA, HOSTILE], ids=["plain", "hostile"])
def test_it_offers_what_results_use(schema: Schema) -> None:
    """One object; all types, all labels of relations, all values of attributes by their ids; each name once."""
    root = tree(schema)
    [text] = root.iter("Text")
    assert text.attrib == {"name": TEXT, "value": "$text", "granularity": "symbol"}
    named = [one for one in root.iter() if "name" in one.attrib]
    controls = {one.attrib["name"]: one for one in named}
    assert len(controls) == len(named)
    assert ids(controls[ENTITY]) == [one.id for one in schema.entities]
    assert ids(controls[FRAME]) == [one.id for one in schema.frames]
    assert ids(controls[ZONE]) == [kind for kind, zone in schema.zones.items() if zone.closed]
    [relations] = root.iter("Relations")
    assert tuple(ids(relations)) == relation_labels(schema)
    assert CONTINUES in ids(relations)
    for control in controls_of(schema):
        made = controls[control.name]
        assert made.tag == ("Choices" if control.values else "TextArea")
        assert ids(made) == list(control.values)
        assert (made.get("perRegion"), made.get("whenLabelValue")) == ("true", ",".join(control.types))
        assert made.get("toName") == TEXT
    clustered = [one.id for one in schema.entities if one.clustered]
    assert controls[CLUSTER].get("whenLabelValue") == ",".join(clustered)
    ours = {TEXT, ENTITY, FRAME, ZONE, CLUSTER}
    assert controls.keys() == ours | {control.name for control in controls_of(schema)}


def test_people_see_names() -> None:
    """Chinese with English beside, colour and key of the schema; a key of the editor's own gets Shift."""
    labels = {one.attrib["alias"]: one.attrib for one in tree().iter("Label")}
    assert labels["ORG"] == {
        "value": "组织机构",
        "alias": "ORG",
        "html": "组织机构 <small>Organisation</small>",
        "hotkey": "o",
        "background": "#566dff",
    }
    assert labels["RESULT"]["hotkey"] == "shift+u"
    shown = [one.attrib["value"] for one in tree().iter("Header")]
    assert {"$title", "PART_OF　隶属 part of", "指称方式 mention", "共指簇 cluster"} <= set(shown)
    assert "helper　帮扶者 (ASSIST)" in shown


def test_names_that_the_editor_would_read_otherwise() -> None:
    """Truth values are ids in `value` alone, variables lose their dollar, a name that is another's has its id."""
    options = [*tree(HOSTILE).iter("Label"), *tree(HOSTILE).iter("Choice")]
    for one in options:
        assert "$" not in one.attrib["value"]
        assert {"true", "false"}.isdisjoint(value for name, value in one.attrib.items() if name != "value")
    labels = {one.get("alias"): one.attrib["value"] for one in tree(HOSTILE).iter("Label")}
    assert [labels[name] for name in ("PER", "ORG", "LOC")] == ['人<b>&"𠮷"</b>', "PER (ORG)", "＄text"]
    assert [labels[name] for name in ("ROLE", "GROUP")] == ["DOC (ROLE)", "DOC (GROUP)"]
    [control] = [one for one in tree(HOSTILE).iter("Choices") if one.get("name") == "true-"]
    assert ids(control) == list(VALUES)


def with_name(zh: str) -> Schema:
    first: EntityType = SCHEMA.entities[0].model_copy(update={"zh": zh})
    return SCHEMA.model_copy(update={"entities": (first, *SCHEMA.entities[1:])})


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff$"), min_size=1))
def test_any_name_survives(zh: str) -> None:
    made = configuration(with_name(zh))
    [label] = [one for one in parse_configuration(made).iter("Label") if one.get("alias") == "PER"]
    assert label.attrib["value"] == zh
    assert "\r" not in made


@pytest.mark.parametrize("zh", ["\x01", "\x00", "\ufffe", "\ud800"])
def test_names_that_xml_cannot_hold_are_refused(zh: str) -> None:
    with pytest.raises(FaultyData, match="a name in schema cppcc-poverty"):
        configuration(with_name(f"人{zh}"))


def test_the_hash_is_that_of_the_meaning() -> None:
    """Layout, order of attributes, comments and a declaration do not count; a colour does."""
    made = configuration(SCHEMA)
    assert made == configuration(SCHEMA)
    root = ET.fromstring(made)  # noqa: S314
    for element in root.iter():
        element.attrib = dict(reversed(element.attrib.items()))
        element.tail = "\n\n"
    again = '<?xml version="1.0" encoding="GBK"?><!-- 𠮷 -->' + ET.tostring(root, encoding="unicode")
    assert again.strip() != made.strip()
    assert configuration_hash(again) == configuration_hash(made.strip())
    assert configuration_hash(made.replace("#566dff", "#566dfe")) != configuration_hash(made)


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        ("<View>", "no element found"),
        ("", "no element found"),
        ("<View a='1' a='2'/>", "duplicate attribute"),
        ('<!DOCTYPE View [<!ENTITY a "aaaa">]><View>&a;</View>', "<!DOCTYPE"),
        ('<!DOCTYPE View SYSTEM "file:///etc/hostname"><View/>', "<!DOCTYPE"),
        ("<View>&a;</View>", "undefined entity"),
        ("<View>" * 101 + "</View>" * 101, "more than 100 deep"),
        ("<View>\ud800</View>", "half a character"),
    ],
)
def test_what_is_no_configuration(xml: str, reason: str) -> None:
    with pytest.raises(FaultyData, match=reason):
        configuration_hash(xml)


@pytest.mark.parametrize("schema", [SCHEMA, HOSTILE], ids=["plain", "hostile"])
def test_label_studio_takes_it(label_studio: LabelStudio, schema: Schema) -> None:
    """The server validates it and keeps its meaning; the SDK reads the same labels."""
    made = configuration(schema)
    label_studio.post("/api/projects/validate", {"label_config": made})
    project = label_studio.post("/api/projects", {"title": "配置 𠮷", "label_config": made})
    kept = label_studio.get(f"/api/projects/{project['id']}")
    assert configuration_hash(kept["label_config"]) == configuration_hash(made)
    read = kept["parsed_label_config"]
    assert read[ENTITY]["labels"] == [one.id for one in schema.entities]
    assert {name: set(one["labels"]) for name, one in read.items() if one["type"] == "Choices"} == {
        control.name: set(control.values) for control in controls_of(schema) if control.values
    }


def test_the_sdk_reads_it() -> None:
    interface = pytest.importorskip("label_studio_sdk.label_interface").LabelInterface(configuration(HOSTILE))
    interface.validate()
    assert list(interface.get_control(ENTITY).labels) == [one.id for one in HOSTILE.entities]
