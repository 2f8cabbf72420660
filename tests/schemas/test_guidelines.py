"""The guidelines say what the schema says, and quote the reports exactly."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from schemas.load import load, schema_file
from schemas.model import EntityType, FrameType, RelationType, Schema

HEADING = re.compile(r"^(#{2,3}) (.+)$", re.MULTILINE)
Described = EntityType | RelationType | FrameType
CITATION = re.compile(r" \[(\d{3}) (\d+):(\d+)\]")


@pytest.fixture(scope="module")
def schema() -> Schema:
    return load("cppcc_poverty")


@pytest.fixture(scope="module")
def guidelines() -> str:
    return schema_file("cppcc_poverty").with_name("GUIDELINES.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def sections(guidelines: str) -> dict[str, str]:
    """The text under each heading, up to the next heading."""
    headings = list(HEADING.finditer(guidelines))
    ends = [heading.start() for heading in headings[1:]] + [len(guidelines)]
    return {heading[2]: guidelines[heading.end() : end].strip() for heading, end in zip(headings, ends, strict=True)}


def described(schema: Schema) -> tuple[Described, ...]:
    return (*schema.entities, *schema.relations, *schema.frames)


def title(item: Described) -> str:
    return f"{item.id} {item.zh} ({item.en})"


def test_every_type_has_a_section(schema: Schema, sections: dict[str, str]) -> None:
    """Every type has a heading with its id and its Chinese and English names, in the schema's order."""
    titles = [title(item) for item in described(schema)]
    assert [heading for heading in sections if re.match(r"[A-Z][A-Z_]+ ", heading)] == titles
    assert all(sections[heading] for heading in titles)


def test_entities(schema: Schema, sections: dict[str, str]) -> None:
    """The section of an entity type has its definition, examples, rules, confusions, nesting and attributes."""
    for entity in schema.entities:
        section = sections[title(entity)]
        said = [entity.definition, *entity.boundary, *entity.confusions, *entity.attributes]
        said += [
            string for example in (*entity.positive, *entity.negative) for string in (example.text, example.note or "")
        ]
        said += [example.why for example in entity.negative]
        said += [inner for inner in entity.nests if not inner.startswith("*")]
        said += [f"{name}={value}" for name, value in entity.optional_when.items()]
        said += [attribute.zh or "" for attribute in entity.attributes.values()]
        assert [string for string in said if string not in section] == [], entity.id
        assert ("relaxed" in section) == (entity.boundary_scoring == "relaxed")
        assert ("Must hang on" in section) == entity.attached
        assert ("Clustered" in section) == entity.clustered


def test_relations(schema: Schema, sections: dict[str, str]) -> None:
    """The section of a relation type has its types, properties, cardinality and example; the table has its row."""
    for relation in schema.relations:
        section = sections[title(relation)]
        row = f"| {relation.id} | {relation.zh} |"
        said = [kind for pair in relation.admissible for kind in pair]
        said += [relation.tier, relation.cardinality or "", relation.example.head, relation.example.tail]
        assert [string for string in said if string not in section] == [], relation.id
        for name in ("symmetric", "transitive", "functional"):
            assert (name in section) == getattr(relation, name), (relation.id, name)
        assert row in sections["3. Relation types 关系类型"]


def test_frames(schema: Schema, sections: dict[str, str]) -> None:
    """The section of a frame has its trigger, attributes, and one row for each role."""
    for frame in schema.frames:
        section = sections[title(frame)]
        assert frame.trigger in section
        assert frame.example.trigger in section
        rows = [
            f"| `{name}` | {role.zh} | {role.card} | {', '.join(role.types)} |" for name, role in frame.roles.items()
        ]
        assert [row for row in rows if row not in section] == []
        assert [role.note for role in frame.roles.values() if role.note and role.note not in section] == []
        assert section.count("\n| `") == len(frame.roles)


def test_attribute_values(schema: Schema, sections: dict[str, str]) -> None:
    """Every value of an attribute stands in the section of its type, with its Chinese name."""
    for item in described(schema):
        section = sections[title(item)]
        for name, attribute in item.attributes.items():
            line = next(line for line in section.splitlines() if line.startswith(f"  - `{name}` {attribute.zh}:"))
            values = [f"`{value}` {label}" for value, label in attribute.labels.items()]
            assert [value for value in values if value not in line] == [], (item.id, name)


def test_zones(schema: Schema, guidelines: str) -> None:
    """The zones of the guidelines are the schema's."""
    assert re.findall(r"^\| `(\w+)` \| (\S+) \| .+\[", guidelines, re.MULTILINE) == [
        (name, zone.zh) for name, zone in schema.zones.items()
    ]


def test_annotation_attributes(schema: Schema, guidelines: str) -> None:
    """The attributes of any annotation are introduced."""
    for name, attribute in schema.annotation_attributes.items():
        assert f"`{name}` {attribute.zh}" in guidelines


def test_decisions(sections: dict[str, str]) -> None:
    """The decisions D1 to D61 have a heading each, in order, and a text."""
    found = [heading for heading in sections if re.match(r"D\d", heading)]
    assert [heading.split()[0] for heading in found] == [f"D{number}" for number in range(1, 62)]
    assert all(sections[heading] for heading in found)


def test_cited_decisions(guidelines: str, sections: dict[str, str]) -> None:
    """A decision that is cited exists."""
    decisions = {heading.split()[0] for heading in sections}
    assert set(re.findall(r"\bD\d+\b", guidelines)) <= decisions


def test_versions(schema: Schema, guidelines: str) -> None:
    """The guidelines name the schema and the version they belong to."""
    assert f"Schema `{schema.id}`, version {schema.version}." in guidelines


def test_citations(schema: Schema, guidelines: str, clean_texts: Mapping[str, str]) -> None:
    """What stands before `[report start:end]` is the slice of the report's clean text."""
    citations = list(CITATION.finditer(guidelines))
    assert len(citations) > 200
    wrong = []
    for citation in citations:
        quoted = clean_texts[schema.reports[citation[1]]][int(citation[2]) : int(citation[3])]
        if not quoted or not guidelines.endswith(quoted, 0, citation.start()):
            wrong.append((citation[0], quoted))
    assert wrong == []
