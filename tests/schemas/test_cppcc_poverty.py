"""The schema of the reports: complete, consistent, and true to its examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

import pytest

from schemas.load import check_examples, load, schema_file
from schemas.model import Attribute, EntityType, FrameType, RelationType, Schema
from schemas.reference import describe

ACTORS = {"PER", "ORG", "ROLE", "GROUP"}


@pytest.fixture(scope="module")
def schema() -> Schema:
    return load("cppcc_poverty")


def attributes(schema: Schema) -> Iterator[Attribute]:
    yield from schema.annotation_attributes.values()
    items: tuple[EntityType | RelationType | FrameType, ...] = (*schema.entities, *schema.relations, *schema.frames)
    for item in items:
        yield from item.attributes.values()


def test_size(schema: Schema) -> None:
    """18 entity types in three layers, 20 relations, 4 frames."""
    assert (len(schema.entities), len(schema.relations), len(schema.frames)) == (18, 20, 4)
    assert schema.finishable == ("mention", "value", "statement", "relations", "frames")
    assert (schema.id, schema.version) == ("cppcc-poverty", "0.2.0")


def test_examples(schema: Schema, clean_texts: Mapping[str, str]) -> None:
    """Every example stands in the clean text of its report."""
    assert check_examples(schema, clean_texts, schema_file("cppcc_poverty")) == []


def test_reports(schema: Schema, clean_texts: Mapping[str, str]) -> None:
    """The short names of reports are the first parts of the names of the documents."""
    assert sorted(schema.reports.values()) == sorted(clean_texts)
    assert all(doc.startswith(f"{short}_") for short, doc in schema.reports.items())


def test_guided(schema: Schema) -> None:
    """Every entity type has examples, counterexamples and boundary rules, and names what it is confused with."""
    for entity in schema.entities:
        assert entity.positive, entity.id
        assert entity.negative, entity.id
        assert entity.boundary, entity.id
        assert entity.confusions, entity.id
        assert entity.id not in entity.confusions


def test_badges_are_chinese(schema: Schema) -> None:
    """A badge is one Chinese character, as wide in a terminal as two letters."""
    items: tuple[EntityType | FrameType, ...] = (*schema.entities, *schema.frames)
    assert all("\u4e00" <= item.badge <= "\u9fff" for item in items)


def test_attributes_have_chinese_names(schema: Schema) -> None:
    """Annotators see a Chinese name for every attribute and for each of its values."""
    for attribute in attributes(schema):
        assert attribute.zh
        assert tuple(attribute.labels) == attribute.values
        assert all(attribute.labels.values())
        assert len(set(attribute.labels.values())) == len(attribute.values)


def test_roles_have_different_names(schema: Schema) -> None:
    """The Chinese names of the roles of a frame tell them apart."""
    for frame in schema.frames:
        assert len({role.zh for role in frame.roles.values()}) == len(frame.roles)


def test_one_name_per_role(schema: Schema) -> None:
    """A role that several frames share has one Chinese name, except for counts, which count different things."""
    names: dict[str, set[str]] = {}
    for frame in schema.frames:
        for name, role in frame.roles.items():
            names.setdefault(name, set()).add(role.zh)
    assert {name for name, zh in names.items() if len(zh) > 1} == {"count"}


def test_values(schema: Schema) -> None:
    """Values are of the value layer, except that a place is a mention; values never stand alone."""
    kinds = {entity.id: entity.value for entity in schema.entities if entity.value}
    assert kinds == {"LOC": "place", "MONEY": "money", "QUANT": "quantity", "TIME": "time"}
    assert {entity.id for entity in schema.entities if entity.layer == "value"} == kinds.keys() - {"LOC"}
    assert {entity.id for entity in schema.entities if entity.attached} == kinds.keys() - {"LOC"}


def test_what_goes_without_saying(schema: Schema) -> None:
    """What is not called generic is specific, in every type that makes the difference; the reference says so."""
    types = [entity for entity in schema.entities if "spec" in entity.attributes]
    assert [entity.id for entity in types] == ["ORG", "LOC", "DOC", "PROBLEM"]
    assert {entity.attributes["spec"].default for entity in types} == {"SPC"}
    assert "attribute   spec: SPC, GEN (SPC goes without saying)" in describe(schema.entity_types["ORG"])


def test_counts_of_different_things(schema: Schema) -> None:
    """Frames count how often in one role, and whom or what in others."""
    frames = schema.frame_types
    assert {frame.roles["count"].card for frame in schema.frames} == {"0-1"}
    assert frames["VISIT"].roles["visited_count"].types == frames["ADVISE"].roles["doc_count"].types == ("QUANT",)


def test_statements(schema: Schema) -> None:
    """Statements, and only they, are scored with relaxed boundaries and hold all mentions and values."""
    held = {entity.id for entity in schema.entities if entity.layer != "statement"}
    for entity in schema.entities:
        inner = {other for other in schema.entity_types if schema.may_nest(entity.id, other)}
        assert (entity.layer == "statement") == (entity.boundary_scoring == "relaxed") == (inner == held)


def test_nesting(schema: Schema) -> None:
    """Mentions are opaque, except bodies, meetings and titles."""
    nests = {
        (outer, inner)
        for outer, inner in product(schema.entity_types, repeat=2)
        if schema.may_nest(outer, inner) and schema.entity_types[outer].layer != "statement"
    }
    assert nests == {
        ("ORG", "LOC"),
        ("ORG", "ORG"),
        ("MEETING", "ORG"),
        ("MEETING", "LOC"),
        ("MEETING", "CAMPAIGN"),
        ("STATUS", "LOC"),
        ("STATUS", "ORG"),
    }
    assert not any(layer.crossing for layer in schema.layers.values())
    assert schema.layers["mention"].max_depth == 3


def test_clusters(schema: Schema) -> None:
    """Clustered types have a canonical name: an attribute, or the name of the Place for LOC."""
    clustered = {entity.id for entity in schema.entities if entity.clustered}
    assert clustered == {"PER", "ORG", "LOC", "CAMPAIGN", "DOC", "MEETING"}
    assert {entity.id for entity in schema.entities if "canonical" in entity.attributes} == clustered - {"LOC"}


def test_zones(schema: Schema) -> None:
    """All zones are closed; titles and pinyin are none."""
    assert set(schema.zones) == {"navigation", "metadata", "byline", "related_links", "footer", "damaged"}
    assert all(zone.closed and zone.examples for zone in schema.zones.values())


def test_normalised_values_are_no_attributes(schema: Schema) -> None:
    """What a value says is not said again by an attribute."""
    assert not schema.entity_types["TIME"].attributes
    assert not schema.entity_types["QUANT"].attributes
    assert not schema.entity_types["LOC"].attributes.keys() & {"gb2260", "code_revision", "name"}


def test_every_type_is_used(schema: Schema) -> None:
    """Every entity type can be in a relation or a frame."""
    used = {entity for relation in schema.relations for pair in relation.admissible for entity in pair}
    used |= {entity for frame in schema.frames for role in frame.roles.values() for entity in role.types}
    assert used == schema.entity_types.keys()


def test_helpers_are_actors(schema: Schema) -> None:
    """Those who do something in a frame are people or bodies."""
    for frame, role in (("ASSIST", "helper"), ("VISIT", "visitor"), ("ADVISE", "actor"), ("DISPATCH", "sender")):
        assert set(schema.frame_types[frame].roles[role].types) <= ACTORS


def test_relation_properties(schema: Schema) -> None:
    """A functional relation is n:1, a transitive one links like to like, a symmetric one is its own converse."""
    for relation in schema.relations:
        if not relation.transitive:
            assert relation.functional == (relation.cardinality or "").startswith("n:1")
        else:
            assert all(head == tail for head, tail in relation.admissible)
        if relation.symmetric:
            assert {(tail, head) for head, tail in relation.admissible} == relation.admissible


def test_annotation_attributes(schema: Schema) -> None:
    """Any annotation may be marked difficult and may cite a decision."""
    assert schema.annotation_attributes["difficulty"].values == ("true",)
    assert schema.annotation_attributes["decision"].allows("D61")
    assert not schema.annotation_attributes["decision"].allows("25")
    assert schema.annotation_attributes["unresolved"].values == ("true",)
