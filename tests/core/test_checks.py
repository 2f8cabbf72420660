"""Every rule of the schema has a passing and a failing case, with the path of the fault."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from schemas import Schema
from tests.strategies import annotated_texts
from workbench.core.checks import RULES, check
from workbench.core.integrity import check_integrity
from workbench.core.records import Annotation, Zone, text_hash
from workbench.core.schema import open_schema
from workbench.core.values import Place

TEXT = "永州市政协主席会议2016年9月向𠀀剑阁县姚家乡260户贫困户捐赠210万元,解决了260户的出行问题。"


@pytest.fixture(scope="module")
def schema() -> Schema:
    return open_schema()


def at(part: str, occurrence: int = 0) -> list[list[int]]:
    """The fragments of a string of TEXT."""
    start = -1
    for _ in range(occurrence + 1):
        start = TEXT.index(part, start + 1)
    return [[start, start + len(part)]]


def entity(name: str, kind: str, part: str, occurrence: int = 0, **more: Any) -> dict[str, Any]:
    return {"id": name, "type": kind, "fragments": at(part, occurrence), "text": part, **more}


def legal() -> dict[str, Any]:
    """An annotation without a fault: nested organisations, an address chain, attached values, a frame."""
    return {
        "doc_id": "d1",
        "text_sha256": text_hash(TEXT),
        "finished_layers": ["mention", "relations"],
        "entities": [
            entity("T1", "ORG", "永州市政协主席会议", attributes={"mention": "NAM", "decision": "D3"}),
            entity("T2", "ORG", "永州市政协"),
            entity("T3", "LOC", "永州市", value={"kind": "place", "code": "431100", "revision": "201904"}),
            entity("T4", "TIME", "2016年9月", value={"kind": "time", "type": "DATE", "value": "2016-09"}),
            entity("T5", "LOC", "剑阁县"),
            entity("T6", "LOC", "姚家乡"),
            entity("T7", "QUANT", "260户", value={"kind": "quantity", "value": 260, "unit": "户"}),
            entity("T8", "GROUP", "贫困户"),
            entity("T9", "MONEY", "210万元", value={"kind": "money", "value": 2100000}),
            entity("T10", "RESULT", "解决了260户的出行问题"),
            entity("T11", "QUANT", "260户", 1),
        ],
        "relations": [
            {"id": "R1", "type": "PART_OF", "head": "T1", "tail": "T2"},
            {"id": "R2", "type": "PART_OF", "head": "T6", "tail": "T5"},
            {"id": "R3", "type": "HAS_QUANTITY", "head": "T8", "tail": "T7"},
        ],
        "frames": [
            {
                "id": "E1",
                "type": "ASSIST",
                "trigger": {"fragments": at("捐赠"), "text": "捐赠"},
                "attributes": {"realis": "actual"},
                "arguments": [
                    {"role": "helper", "entity": "T1"},
                    {"role": "beneficiary", "entity": "T8"},
                    {"role": "amount", "entity": "T9"},
                    {"role": "time", "entity": "T4"},
                ],
            }
        ],
    }


def faults_of(content: dict[str, Any], schema: Schema, zones: tuple[Zone, ...] = ()) -> list[tuple[str, str, str]]:
    found = check(Annotation.model_validate(content), schema, TEXT, zones)
    return [(fault.rule, fault.path, fault.severity) for fault in found]


def test_a_legal_annotation_has_no_fault(schema: Schema) -> None:
    """The annotation that every failing case below is made from breaks no rule."""
    assert faults_of(legal(), schema) == []


def change(place: str, value: Any) -> Any:
    """Set `place` (such as entities.0.type) of a legal annotation."""

    def apply(content: dict[str, Any]) -> None:
        *path, last = place.split(".")
        node: Any = content
        for part in path:
            node = node[int(part)] if part.isdigit() else node[part]
        if isinstance(node, list) and last == "append":
            node.append(value)
        elif isinstance(node, list):
            node[int(last)] = value
        else:
            node[last] = value

    return apply


def relation(kind: str, head: str, tail: str) -> dict[str, Any]:
    return {"id": "R9", "type": kind, "head": head, "tail": tail}


ROLE = [
    entity("T20", "ROLE", "主席"),
    relation("ROLE_IN", "T20", "T2"),
    {**relation("ROLE_IN", "T20", "T3"), "id": "R10"},
]

CASES = [
    ("schema", "schema.id", change("made_with", {"id": "other", "version": "0.1.0"})),
    ("schema", "schema.version", change("made_with", {"id": "cppcc-poverty", "version": "7.0.0"})),
    ("text-hash", "text_sha256", change("text_sha256", text_hash("别的"))),
    ("ids", "entities[1].id", change("entities.1.id", "T1")),
    ("ids", "relations[0].id", change("relations.0.id", "T3")),
    ("type", "entities[4].type", change("entities.4.type", "LOCATION")),
    ("type", "relations[1].type", change("relations.1.type", "PARTOF")),
    ("type", "frames[0].type", change("frames.0.type", "ASSISTS")),
    ("layers", "finished_layers[0]", change("finished_layers.0", "mentions")),
    ("offsets", "entities[10].end", change("entities.10.fragments", [[40, 99]])),
    ("offsets", "entities[10].end", change("entities.10.fragments", [[40, 40]])),
    ("offsets", "entities[10].start", change("entities.10.fragments", [[-1, 4]])),
    ("offsets", "entities[10].fragments[1]", change("entities.10.fragments", [[40, 42], [41, 44]])),
    ("offsets", "frames[0].trigger.end", change("frames.0.trigger.fragments", [[40, 99]])),
    ("text", "entities[4].text", change("entities.4.text", "剑閣县")),
    ("text", "frames[0].trigger.text", change("frames.0.trigger.text", "捐款")),
    ("same-span", "entities[11]", change("entities.append", entity("T12", "GROUP", "剑阁县"))),
    ("crossing", "entities[11]", change("entities.append", entity("T12", "GROUP", "县姚"))),
    ("nesting", "entities[11]", change("entities.append", entity("T12", "PER", "永州"))),
    ("attribute", "entities[0].attributes.mentoin", change("entities.0.attributes", {"mentoin": "NAM"})),
    ("attribute", "entities[0].attributes.mention", change("entities.0.attributes", {"mention": "NAMED"})),
    ("attribute", "entities[0].attributes.decision", change("entities.0.attributes", {"decision": "25"})),
    ("attribute", "frames[0].attributes.realis", change("frames.0.attributes", {"realis": "real"})),
    ("value", "entities[8].value", change("entities.8.value", {"kind": "quantity", "value": 1, "unit": "元"})),
    ("value", "entities[7].value", change("entities.7.value", {"kind": "money", "value": 1})),
    ("ends", "relations[0].tail", change("relations.0.tail", "T99")),
    ("loops", "relations[0].tail", change("relations.0.tail", "T1")),
    ("ends", "frames[0].arguments[1].entity", change("frames.0.arguments.1.entity", "T99")),
    ("admissible", "relations[3].type", change("relations.append", relation("LOCATED_IN", "T5", "T8"))),
    ("repeated", "relations[3]", change("relations.append", relation("PART_OF", "T6", "T5"))),
    ("role", "frames[0].arguments[0].role", change("frames.0.arguments.0.role", "giver")),
    ("role-type", "frames[0].arguments[2].entity", change("frames.0.arguments.2.entity", "T7")),
    ("repeated", "frames[0].arguments[4]", change("frames.0.arguments.append", {"role": "helper", "entity": "T1"})),
]


@pytest.mark.parametrize(("rule", "path", "alter"), CASES, ids=[f"{rule} {path}" for rule, path, _ in CASES])
def test_each_rule_finds_its_fault(rule: str, path: str, alter: Any, schema: Schema) -> None:
    """One change to a legal annotation gives the fault of that rule at that path."""
    content = legal()
    alter(content)
    assert (rule, path, "error") in faults_of(content, schema)


def test_functional_relations_take_one_tail(schema: Schema) -> None:
    """A second tail of a functional relation is a fault; the first is not."""
    content = legal()
    content["entities"].append(ROLE[0])
    content["entities"][0] = entity("T1", "ORG", "会议")
    content["relations"] = [ROLE[1]]
    assert ("functional", "relations[0].tail", "error") not in faults_of(content, schema)
    content["relations"].append(ROLE[2])
    assert ("functional", "relations[1].tail", "error") in faults_of(content, schema)


def test_role_cardinality(schema: Schema) -> None:
    """DISPATCH needs somebody dispatched, and takes one count."""
    content = legal()
    content["frames"].append({"id": "E2", "type": "DISPATCH"})
    assert ("cardinality", "frames[1].arguments", "error") in faults_of(content, schema)
    content["frames"][1]["arguments"] = [{"role": "dispatched", "entity": "T8"}, {"role": "count", "entity": "T7"}]
    assert faults_of(content, schema) == []
    content["frames"][1]["arguments"].append({"role": "count", "entity": "T11"})
    assert ("cardinality", "frames[1].arguments", "error") in faults_of(content, schema)


def test_symmetric_relations_are_one_in_both_directions(schema: Schema) -> None:
    """COOPERATES_WITH written in both directions is one relation written twice."""
    content = legal()
    content["relations"] += [
        relation("COOPERATES_WITH", "T1", "T2"),
        {**relation("COOPERATES_WITH", "T2", "T1"), "id": "R10"},
    ]
    assert ("repeated", "relations[4]", "error") in faults_of(content, schema)


def test_depth_within_a_layer(schema: Schema) -> None:
    """Mentions nest three deep, not four."""
    content = legal()
    content["relations"], content["frames"] = [], []
    content["entities"] = [
        {"id": f"T{index}", "type": "ORG", "fragments": [[0, length]]} for index, length in enumerate((9, 5, 3, 2))
    ]
    assert ("depth", "entities[3]", "error") in faults_of(content, schema)
    content["entities"].pop()
    assert faults_of(content, schema) == []


def test_closed_zones_take_no_annotation(schema: Schema) -> None:
    """Entities and triggers inside a closed zone are faults; beside it they are not."""
    start = at("捐赠")[0][0]
    assert faults_of(legal(), schema, (Zone(kind="damaged", start=start, end=start + 1),)) == [
        ("zone", "frames[0].trigger", "error")
    ]
    where = at("剑阁县")[0]
    assert ("zone", "entities[4]", "error") in faults_of(
        legal(), schema, (Zone(kind="footer", start=0, end=where[0] + 1),)
    )
    assert faults_of(legal(), schema, (Zone(kind="footer", start=len(TEXT) - 1, end=len(TEXT)),)) == []


def test_loose_values_and_codes_without_revision_are_doubts(schema: Schema) -> None:
    """A value that hangs on nothing and a code without its revision are warnings, not errors."""
    content = legal()
    content["relations"].pop()
    assert ("loose", "entities[6]", "warning") in faults_of(content, schema)
    assert Place(code="431100").revision is None
    content = legal()
    content["entities"][2]["value"] = {"kind": "place", "code": "431100"}
    assert faults_of(content, schema) == [("code-revision", "entities[2].value", "warning")]
    content = legal()
    content["made_with"] = {"id": "cppcc-poverty", "version": schema.version, "hash": "0" * 64}
    assert faults_of(content, schema) == [("schema", "schema.hash", "warning")]


@pytest.mark.parametrize(
    ("version", "severity", "said"),
    [
        ("0.1.0", "warning", "migrate it (workbench migrate)"),
        ("0.99.0", "warning", "a newer schema is needed"),
        ("1.0.0", "error", "a newer schema is needed"),
        ("0.2", "error", "'0.2' is no version"),
        ("0.2.٣", "error", "is no version"),
    ],
)
def test_versions_of_the_schema(version: str, severity: str, said: str, schema: Schema) -> None:
    """Another revision is a doubt, another model a fault; what is no version is one, too."""
    content = legal()
    content["made_with"] = {"id": "cppcc-poverty", "version": version}
    assert faults_of(content, schema) == [("schema", "schema.version", severity)]
    (fault,) = check(Annotation.model_validate(content), schema)
    assert said in fault.message


def test_an_addition_is_no_matter(schema: Schema) -> None:
    """Of another ADDITION of the same revision nothing is said, whatever the hash."""
    model, revision, addition = schema.version.split(".")
    content = legal()
    version = f"{model}.{revision}.{int(addition) + 1}"
    content["made_with"] = {"id": "cppcc-poverty", "version": version, "hash": "0" * 64}
    assert faults_of(content, schema) == []


def test_all_faults_are_reported_at_once(schema: Schema) -> None:
    """Applying all the changes to different items gives all their faults in one answer."""
    content = legal()
    for _, _, alter in (CASES[5], CASES[6], CASES[14], CASES[18], CASES[27], CASES[31]):
        alter(content)
    rules = {rule for rule, _, _ in faults_of(content, schema)}
    assert {"type", "text", "nesting", "ends", "role-type"} <= rules


def test_every_rule_has_a_case(schema: Schema) -> None:
    """No rule is documented without a test here, and no fault names an undocumented rule."""
    elsewhere = {"functional", "cardinality", "depth", "zone", "loose", "code-revision"}
    assert {rule for rule, _, _ in CASES} | elsewhere == set(RULES)


def test_messages_name_the_nearest(schema: Schema) -> None:
    """A typo gets the nearest name; an impossible offset gets the text's length."""
    content = legal()
    content["entities"][4]["type"] = "LOCC"
    content["entities"][10]["fragments"] = [[40, 99]]
    messages = [str(fault) for fault in check(Annotation.model_validate(content), schema, TEXT)]
    assert "entities[4].type: unknown entity type 'LOCC'; did you mean 'LOC'?" in messages
    assert f"entities[10].end: 99 is past the end of the text ({len(TEXT)} characters)" in messages


@given(annotated_texts())
def test_any_annotation_can_be_judged(annotated: tuple[str, Annotation]) -> None:
    """Nested, crossing and discontinuous spans of any text are judged without failing, with or without the text."""
    text, annotation = annotated
    schema = open_schema()
    assert check_integrity(annotation, text) == ()
    for fault in (*check(annotation, schema, text), *check(annotation, schema)):
        assert fault.rule in RULES
