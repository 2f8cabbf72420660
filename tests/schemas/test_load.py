"""Reading a schema file: every fault is found, at its line, and all of them at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.load import SchemaFault, SchemaFaulty, check_examples, installed, load, schema_file
from schemas.model import Schema

FaultsOf = Callable[[str], tuple[SchemaFault, ...]]

# What to change in the small schema; `# !` marks the line that the fault must name.
FAULTS = {
    "unknown type in head": (
        "    head: [BODY]",
        "    head: [BOBY] # !",
        "relations[1].head",
        "unknown type 'BOBY'; did you mean 'BODY'?",
    ),
    "unknown type in tail": (
        "    tail: [BODY, PLACE]",
        "    tail: [BODY, PLACES] # !",
        "relations[1].tail",
        "unknown type 'PLACES'; did you mean 'PLACE'?",
    ),
    "unknown type in pairs": (
        "    pairs: [[PLACE, PLACE], [BODY, BODY]]",
        "    pairs:\n      - [PLACE, PLACE]\n      - [BODY, BODYS] # !",
        "relations[0].pairs[1]",
        "unknown type 'BODYS'; did you mean 'BODY'?",
    ),
    "unknown type in a role": (
        "types: [BODY], zh: 帮扶者}",
        "types: [BODI], zh: 帮扶者} # !",
        "frames[0].roles.helper.types",
        "unknown type 'BODI'; did you mean 'BODY'?",
    ),
    "unknown type in nests": (
        "    nests: [PLACE, BODY]",
        "    nests: [PLAICE, BODY] # !",
        "entities[1].nests",
        "unknown type 'PLAICE'; did you mean 'PLACE'?",
    ),
    "unknown layer in nests": (
        "    nests: ['*mention']",
        "    nests: ['*mentions'] # !",
        "entities[2].nests",
        "unknown type '*mentions'; did you mean '*mention'?",
    ),
    "unknown type in confusions": (
        "    confusions: [PLACE]",
        "    confusions: [PLAC] # !",
        "entities[1].confusions",
        "unknown type 'PLAC'; did you mean 'PLACE'?",
    ),
    "unknown type like no other": (
        "    confusions: [PLACE]",
        "    confusions: [XYZ] # !",
        "entities[1].confusions",
        "unknown type 'XYZ'",
    ),
    "repeated id": ("  - id: WITH\n", "  - id: BODY # !\n", "relations[1].id", "id 'BODY' is already taken by BODY"),
    "repeated key": ("    key: h", "    key: b # !", "frames[0].key", "key 'b' is already taken by BODY"),
    "repeated badge": ("    badge: 帮", "    badge: 地 # !", "frames[0].badge", "badge '地' is already taken by PLACE"),
    "unknown layer": (
        "    layer: statement",
        "    layer: statements # !",
        "entities[2].layer",
        "unknown layer 'statements'; the layers are mention, statement",
    ),
    "unknown attribute in optional_when": (
        "    optional_when: {mention: NOM}",
        "    optional_when:\n      spec: GEN # !",
        "entities[0].optional_when.spec",
        "PLACE has no attribute 'spec'",
    ),
    "unknown value in optional_when": (
        "    optional_when: {mention: NOM}",
        "    optional_when: {mention: PRO} # !",
        "entities[0].optional_when.mention",
        "'PRO' is not a value of attribute 'mention'",
    ),
    "example from an unlisted report": (
        "      - {doc: r1, text: 市政协}",
        "      - {doc: r12, text: 市政协} # !",
        "entities[1].positive[0].text",
        "report 'r12' is not listed under reports; did you mean 'r1'?",
    ),
    "bad cardinality": (
        "      helper: {card: 1-n, ",
        "      helper: {card: 1-many, types: [BODY], zh: 某} # !\n      second: {card: 1-n, ",
        "frames[0].roles.helper.card",
        r"'1-many' is not admissible here (pattern ^\d+-(\d+|n)$)",
    ),
    "bounds the wrong way round": (
        "      place: {card: 0-1,",
        "      # !\n      place: {card: 3-1,",
        "frames[0].roles.place",
        "cardinality '3-1': the upper bound is below the lower one",
    ),
    "unknown field": (
        "    layer: statement",
        "    layer: statement\n    definitoin: A claim. # !",
        "entities[2].definitoin",
        "unknown field; did you mean 'definition'?",
    ),
    "unknown field at the top": (
        "zh: 小",
        "langauge: zh # !\nzh: 小",
        "langauge",
        "unknown field; did you mean 'language'?",
    ),
    "missing field": (
        "  - id: CLAIM\n    zh: 称",
        "  - id: CLAIM # !",
        "entities[2].zh",
        "Field required",
    ),
    "bad colour": (
        "    colour: '#303030'",
        "    colour: red # !",
        "entities[2].colour",
        "'red' is not admissible here (pattern ^#[0-9a-f]{6}$)",
    ),
    "bad name of a layer": (
        "  statement: {zh",
        "  Statement: {zh: 陈述, en: S} # !\n  statement: {zh",
        "layers.Statement",
        "'Statement' is not admissible here (pattern ^[a-z][a-z0-9_]*$)",
    ),
    "bad regular expression": (
        "      code: {pattern: '[0-9]{6}'}",
        "      code: {pattern: '[0-9'} # !",
        "entities[0].attributes.code",
        "pattern '[0-9' is not a regular expression: unterminated character set at position 0",
    ),
    "span outside its text": (
        "text: 政协作用, span: 政协,",
        "text: 政协作用, span: 政府, # !\n       ",
        "entities[1].negative[0]",
        "span '政府' does not occur in text '政协作用'",
    ),
    "both pairs and product": (
        "    head: [BODY]",
        "    pairs: [[BODY, BODY]]\n    head: [BODY]",
        "relations[1]",
        "give either pairs, or both head and tail",
    ),
    "repeated key in the file": ("en: Small", "en: Small\nzh: 大 # !", "", 'not YAML: found duplicate key "zh"'),
    "broken YAML": ("zh: 小", "zh: [小 # !", "", "not YAML: "),
    "not a mapping": ("id: small", "- id: small", "", "not YAML: "),
}


def expected_line(text: str, path: str) -> int:
    marked = [number for number, line in enumerate(text.splitlines(), 1) if "# !" in line]
    if path == "frames[0].roles.place":
        return marked[0] + 1
    return marked[0] if marked else text.splitlines().index("  - id: WITH") + 1


def test_passing(small: str, faults_of: FaultsOf) -> None:
    """The small schema, which every other case breaks in one place, has no fault."""
    assert faults_of(small) == ()


@pytest.mark.parametrize("case", [name for name in FAULTS if name not in ("broken YAML", "not a mapping")])
def test_fault(case: str, small: str, faults_of: FaultsOf) -> None:
    """One change makes one fault, with its path, its line and a message that helps."""
    old, new, path, message = FAULTS[case]
    assert small.count(old) == 1
    text = small.replace(old, new)
    faults = faults_of(text)
    assert [fault.path for fault in faults] == [path]
    assert faults[0].message.startswith(message)
    assert faults[0].line == expected_line(text, path)


@pytest.mark.parametrize("case", ["broken YAML", "not a mapping"])
def test_no_yaml(case: str, small: str, faults_of: FaultsOf) -> None:
    """What is not YAML is one fault, at or after the line that is wrong."""
    old, new, _, message = FAULTS[case]
    (fault,) = faults_of(small.replace(old, new, 1))
    assert fault.message.startswith(message)
    assert fault.line is not None


def test_all_at_once(small: str, faults_of: FaultsOf) -> None:
    """Faults of shape and of meaning are listed together, in the order of the file."""
    cases = [
        "unknown field at the top",
        "unknown type in nests",
        "bad colour",
        "unknown type in head",
        "unknown type in a role",
        "repeated badge",
        "example from an unlisted report",
    ]
    text = small
    for case in cases:
        text = text.replace(*FAULTS[case][:2])
    faults = faults_of(text)
    assert {fault.path for fault in faults} == {FAULTS[case][2] for case in cases}
    assert [fault.line for fault in faults] == [
        number for number, line in enumerate(text.splitlines(), 1) if "# !" in line
    ]


def test_misshapen_type_stays_known(small: str, faults_of: FaultsOf) -> None:
    """A type with a faulty field is not reported as unknown where others name it."""
    faults = faults_of(small.replace("    colour: '#101010'", "    colour: red"))
    assert [fault.path for fault in faults] == ["entities[0].colour"]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "just words", "\x00", "a: 2020-13-45", "a: !!int x", "a: *nowhere", "[" * 3000, "a: &x [*x]", "1: 2"],
)
def test_strange_files(text: str, faults_of: FaultsOf) -> None:
    """Whatever a file holds, it is a schema or it has faults."""
    assert faults_of(text)


def test_not_utf8(tmp_path: Path) -> None:
    """A file in another encoding is a fault that names the byte."""
    file = tmp_path / "schema.yaml"
    file.write_bytes("id: small\nzh: 剑阁".encode("gbk"))
    with pytest.raises(SchemaFaulty) as caught:
        load(str(file))
    assert [fault.message for fault in caught.value.faults] == ["not UTF-8 (byte 14)"]


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_mutilated(data: st.DataObject, small: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A schema with lines lost, doubled or moved is read or refused, never a crash; faults lie inside the file."""
    lines = small.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        taken = data.draw(st.integers(0, len(lines) - 1))
        lines.insert(data.draw(st.integers(0, len(lines))), lines[taken])
        if data.draw(st.booleans()):
            del lines[taken]
    file = tmp_path_factory.getbasetemp() / "mutilated.yaml"
    file.write_text("\n".join(lines), encoding="utf-8")
    faults: tuple[SchemaFault, ...] = ()
    try:
        load(str(file))
    except SchemaFaulty as error:
        faults = error.faults
    assert all(fault.line is None or 1 <= fault.line <= len(lines) + 1 for fault in faults)


@settings(max_examples=30, deadline=None)
@given(insertions=st.lists(st.tuples(st.integers(0, 70), st.from_regex(r"[ ]*(#[ a-z:{地]*)?", fullmatch=True))))
def test_hash_ignores_comments(
    insertions: list[tuple[int, str]], small: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Comments and blank lines anywhere leave the hash alone."""
    file = tmp_path_factory.getbasetemp() / "commented.yaml"
    file.write_text(small, encoding="utf-8")
    before = load(str(file)).hash
    lines = small.splitlines()
    for at, line in insertions:
        lines.insert(at, line)
    file.write_text("\n".join(lines), encoding="utf-8")
    assert load(str(file)).hash == before


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_hash_ignores_layout(data: st.DataObject, small: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The order of keys and the style of the YAML leave the hash alone: JSON is YAML too."""
    file = tmp_path_factory.getbasetemp() / "layout.yaml"
    file.write_text(small, encoding="utf-8")
    schema = load(str(file))

    def shuffled(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: shuffled(node[key]) for key in data.draw(st.permutations(list(node)))}
        return [shuffled(item) for item in node] if isinstance(node, list) else node

    content = schema.model_dump(mode="json", exclude_unset=True)
    file.write_text(json.dumps(shuffled(content), ensure_ascii=False), encoding="utf-8")
    assert load(str(file)).hash == schema.hash


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("definition: A place.", "definition: A spot."),
        ("pairs: [[PLACE, PLACE], ", "pairs: ["),
        ("version: 1.2.3", "version: 1.2.4"),
        ("{card: 0-1", "{card: 0-n"),
        ("NOM: 普通名词", "NOM: 泛称"),
    ],
)
def test_hash_sees_meaning(old: str, new: str, small: str, tmp_path: Path) -> None:
    """A change of meaning, however small, changes the hash."""
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_text(small, encoding="utf-8")
    two.write_text(small.replace(old, new, 1), encoding="utf-8")
    assert load(str(one)).hash != load(str(two)).hash


CLEAN = "市政协协调银溪村、剑阁县、县政协,政协作用。版权所有"


def examples(small: str, folder: Path) -> tuple[Schema, Path]:
    file = folder / "schema.yaml"
    file.write_text(small, encoding="utf-8")
    return load(str(file)), file


def test_examples_found(small: str, tmp_path: Path) -> None:
    """Examples that stand in their report are no fault."""
    schema, file = examples(small, tmp_path)
    assert check_examples(schema, {"report_one": CLEAN}, file) == []


@pytest.mark.parametrize(
    ("lost", "path"),
    [
        ("银溪村", ["entities[0].positive[0].text", "relations[0].example.head"]),
        ("政协作用", ["entities[1].negative[0].text"]),
        ("剑阁县", ["relations[0].example.tail"]),
        ("协调", ["frames[0].example.trigger"]),
        ("版权所有", ["zones.footer.examples[0].text"]),
    ],
)
def test_example_not_in_report(lost: str, path: list[str], small: str, tmp_path: Path) -> None:
    """Every example that is not in its report is a fault at its own line, and names the report."""
    schema, file = examples(small, tmp_path)
    faults = check_examples(schema, {"report_one": CLEAN.replace(lost, "…")}, file)
    assert sorted(fault.path for fault in faults) == sorted(path)
    for fault in faults:
        assert fault.message == f"{lost!r} does not occur in report report_one"
        assert lost in small.splitlines()[(fault.line or 0) - 1]


def test_example_without_report(small: str, tmp_path: Path) -> None:
    """A report that nobody gave is a fault for each example that needs it; without the file lines are unknown."""
    schema, _ = examples(small, tmp_path)
    faults = check_examples(schema, {})
    assert {fault.message for fault in faults} == {"report report_one is not among the documents"}
    assert {fault.line for fault in faults} == {None}


def test_names() -> None:
    """A schema is found by folder name, by id, by folder path and by file path; anything else is left to the reader."""
    file = schema_file("cppcc_poverty")
    assert "cppcc_poverty" in installed()
    assert schema_file("cppcc-poverty") == schema_file(str(file.parent)) == schema_file(str(file)) == file
    with pytest.raises(OSError, match="nowhere"):
        load("nowhere.yaml")
