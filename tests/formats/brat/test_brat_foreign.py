"""brat standoff as other people and programs write it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workbench.core.errors import UsageMistake
from workbench.core.mending import keep_sound, mend
from workbench.core.records import AnnotatedDocument, Argument
from workbench.core.text import Span
from workbench.formats import brat
from workbench.formats.contract import ReadDocument, ReadSettings, WriteSettings

TEXT = "20\u00a0日，政协協(xié)助𠀀村修路，捐款2万元。\n他们修了3公里。\n"


def collection(folder: Path, annotations: str, text: str = TEXT, name: str = "a") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.txt").write_bytes(text.encode())
    (folder / f"{name}.ann").write_bytes(annotations.encode())
    return folder


def read_one(folder: Path, repair: bool = False) -> ReadDocument:
    (found,) = brat.read(folder, ReadSettings(repair=repair))
    return found


def sound(found: ReadDocument) -> AnnotatedDocument:
    assert found.document is not None
    assert all(fault.severity == "warning" for fault in found.faults)
    mended = mend(found.document, repair=False)
    assert not mended.faults
    return mended.document


EVERY_KIND = """\
T1\tORG 5 7\t政协
T2\tLOC 14 16\t𠀀村
T3\tAssist 7 8;13 14\t協 助
T4\tMeasure 16 18\t修路
T5\tMoney 21 24\t2万元
T6\tORG 26 28\t他们
T7\tAct 28 29\t修
E1\tAssist:T3 helper:T1 beneficiary:T2 measure:T4 measure2:T5
E2\tAct:T7 agent:T6 cause:E1
*\tEquiv T1 T6
*\tCoreference T2 T4
R1\tLocated Arg1:T4 Arg2:T2\t
R2\tBefore from:T4 to:T5
R3\tCause Arg1:E1 Arg2:E2
A1\tNegation E1
A2\tCertainty T1 sure
M1\tSpeculation E2
A3\tTense T7 past
N1\tReference T2 Wikipedia:534366\t𠀀村
#1\tAnnotatorNotes T1\t见第 2 段
#2\tAnnotatorNotes T1\t又及
#3\tUnitRemark E1\t好
#4\tAnnotatorNotes R3\t因果
#5\tAnnotatorNotes A2\t真的
#6\tCheck N1\t对
"""


def test_every_kind_of_line_is_read(tmp_path: Path) -> None:
    document = sound(read_one(collection(tmp_path / "c", EVERY_KIND)))
    annotation = document.annotation
    by_id = annotation.entity_by_id
    assert list(by_id) == ["T1", "T2", "T4", "T5", "T6"]  # T3 and T7 are triggers
    assert by_id["T1"].attributes == {"Certainty": "sure"}
    kept = {"notes": [["AnnotatorNotes", "又及"]], "remarks": [["A Certainty", "AnnotatorNotes", "真的"]]}
    assert (by_id["T1"].note, by_id["T1"].extra) == ("见第 2 段", {"brat": kept})
    kept = {
        "normalizations": [["Reference", "Wikipedia:534366", "𠀀村"]],
        "remarks": [["N Wikipedia:534366", "Check", "对"]],
    }
    assert by_id["T2"].extra == {"brat": kept}
    assert [by_id[name].cluster for name in ("T1", "T6", "T2", "T4")] == [
        "Equiv-1",
        "Equiv-1",
        "Coreference-1",
        "Coreference-1",
    ]
    first, second = annotation.frames
    assert first.trigger is not None
    assert first.trigger.fragments == (Span(7, 8), Span(13, 14))
    assert first.arguments == (
        Argument(role="helper", entity="T1"),
        Argument(role="beneficiary", entity="T2"),
        Argument(role="measure", entity="T4"),
        Argument(role="measure", entity="T5"),
    )
    assert first.attributes == {"Negation": "true"}
    assert second.extra == {"brat": {"events": [["cause", "E1"]]}}
    assert second.trigger is not None
    assert second.trigger.extra == {"brat": {"attributes": {"Tense": "past"}}}
    located, before = annotation.relations
    assert (located.type, located.head, located.tail, located.extra) == ("Located", "T4", "T2", {})
    assert before.extra == {"brat": {"ends": ["from", "to"]}}
    assert annotation.extra["brat"]["lines"] == ["#4\tAnnotatorNotes R3\t因果", "R3\tCause Arg1:E1 Arg2:E2"]


def test_every_kind_of_line_is_written_again(tmp_path: Path) -> None:
    """A collection of others comes out with the same statements; only numbers of triggers, A, N and # are ours."""
    document = sound(read_one(collection(tmp_path / "c", EVERY_KIND)))
    writer = brat.writer(tmp_path / "again", WriteSettings())
    writer.write(document)
    writer.close()
    assert sound(read_one(tmp_path / "again")) == document
    rows = (tmp_path / "again" / "a.ann").read_text(encoding="utf-8").split("\n")
    for row in ("T1\tORG 5 7\t政协", "*\tCoreference T2 T4", "R2\tBefore from:T4 to:T5", "R3\tCause Arg1:E1 Arg2:E2"):
        assert row in rows
    assert any(row.endswith("\tReference T2 Wikipedia:534366\t𠀀村") for row in rows)
    attribute = next(row.split("\t")[0] for row in rows if row.endswith("\tCertainty T1 sure"))
    assert any(row.endswith(f"\tAnnotatorNotes {attribute}\t真的") for row in rows)
    assert any(row.endswith("\tTense T8 past") for row in rows)
    assert any(row.endswith(" helper:T1 beneficiary:T2 measure:T4 measure2:T5") for row in rows)
    assert any(row.startswith("E2\tAct:T") and row.endswith(" agent:T6 cause:E1") for row in rows)


def test_folders_are_parts_of_ids_and_texts_without_annotations_are_told(tmp_path: Path) -> None:
    collection(tmp_path / "c" / "2016", "T1\tORG 5 7\t政协\n", name="一")
    collection(tmp_path / "c", "", name="b")
    (tmp_path / "c" / "README.txt").write_text("about")
    found = list(brat.read(tmp_path / "c", ReadSettings()))
    assert [one.document.doc_id for one in found if one.document] == ["2016/一", "b"]
    (left,) = [one for one in found if one.document is None]
    assert [(fault.severity, fault.source) for fault in left.faults] == [("warning", tmp_path / "c" / "README.txt")]


def test_lines_of_windows_and_blank_lines_are_no_faults(tmp_path: Path) -> None:
    found = read_one(collection(tmp_path / "c", "T1\tORG 5 7\t政协\r\n\r\n#1\tAnnotatorNotes T1\t好\r\n"))
    document = sound(found)
    assert document.annotation.entities[0].note == "好"
    assert found.lines == {"entities[0]": 1}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("T1 ORG 5 7 政协", "not a line of standoff"),
        ("T1\tORG 5 7 政协", "not T1<TAB>TYPE START END<TAB>TEXT"),
        ("T1\tORG ５ ７\t政协", "not T1<TAB>TYPE START END<TAB>TEXT"),
        ("T1\tORG 5.0 7\t政协", "not T1<TAB>TYPE START END<TAB>TEXT"),
        ("T1\tORG 5 7;\t政协", "not T1<TAB>TYPE START END<TAB>TEXT"),
        ("X1\tORG 5 7\t政协", "not a line of standoff"),
        ("R1\tLocated Arg1:T1", "not R1<TAB>TYPE Arg1:T1 Arg2:T2"),
        ("R1\tLocated T1 T2", "not R1<TAB>TYPE Arg1:T1 Arg2:T2"),
        ("E1\tAssist", "not E1<TAB>TYPE:T1 ROLE:T2"),
        ("E1\tAssist:T9", "its trigger T9 is no mention"),
        ("A1\tNegation", "not A1<TAB>NAME T1 VALUE"),
        ("A1\tNegation T9", "there is no T9"),
        ("N1\tReference T1\t", "not N1<TAB>Reference"),
        ("#1\tAnnotatorNotes", "not #1<TAB>AnnotatorNotes T1<TAB>TEXT"),
        ("#1\tAnnotatorNotes T9\tx", "there is no T9"),
        ("*\tEquiv", "not *<TAB>TYPE ID ID"),
        ("*\tEquiv T9 T8", "there is no T9"),
        ("#1\tWorkbench DOC\t[1]", "not a remainder"),
        ("#1\tWorkbench DOC\t{", "not JSON"),
        ("A1\tC T0 a\nA2\tC T0 b", "C of T0 is 'a' already"),
    ],
)
def test_what_is_no_standoff_is_a_fault_with_its_line(tmp_path: Path, line: str, message: str) -> None:
    found = read_one(collection(tmp_path / "c", f"T0\tLOC 14 16\t𠀀村\n\n{line}\n"))
    assert found.document is not None
    assert [entity.id for entity in found.document.annotation.entities] == ["T0"]
    assert found.faults
    assert message in found.faults[0].message
    assert found.faults[0].line in (3, 4)
    assert found.faults[0].source == tmp_path / "c" / "a.ann"


def test_an_id_of_two_mentions_is_nobodys_attribute(tmp_path: Path) -> None:
    content = "T1\tORG 5 7\t政协\nT1\tLOC 14 16\t𠀀村\nA1\tCertainty T1 sure\n*\tEquiv T1 T1\nE1\tAct:T1\n"
    found = read_one(collection(tmp_path / "c", content))
    assert [fault.line for fault in found.faults] == [3, 4, 4, 5]
    assert found.document is not None
    mended = mend(found.document, repair=False)
    assert [fault.rule for fault in mended.faults] == ["ids", "ids"]
    kept = keep_sound(mended)
    assert kept.document is not None
    assert kept.document.annotation.entities == ()


def test_groups_that_share_a_mention_are_one(tmp_path: Path) -> None:
    mentions = "T1\tA 0 1\t2\nT2\tA 1 2\t0\nT3\tA 3 4\t日\nT4\tA 5 6\t政\n"
    content = f"{mentions}*\tEquiv T1 T2\n*\tEquiv T3 T4\n*\tEquiv T2 T3\n*\tSame T1 T4\n"
    document = sound(read_one(collection(tmp_path / "c", content)))
    assert len({entity.cluster for entity in document.annotation.entities}) == 1
    assert document.annotation.extra == {"brat": {"lines": ["*\tSame T1 T4"]}}


def test_a_trigger_that_is_an_end_too_is_an_entity_as_well(tmp_path: Path) -> None:
    content = "T1\tAssist 7 8\t協\nT2\tORG 5 7\t政协\nE1\tAssist:T1 helper:T2\nR1\tX Arg1:T1 Arg2:T2\n"
    document = sound(read_one(collection(tmp_path / "c", content)))
    assert [entity.id for entity in document.annotation.entities] == ["T1", "T2"]
    assert document.annotation.frames[0].trigger is not None


@pytest.mark.parametrize(
    "hand",
    [
        '{"items":{"T1":{"id":7,"type":[],"attributes":3,"score":"x","fragments":[[9,1]]}}}',
        '{"document":{"zones":[3]}}',
        '{"frames":[{"id":1}]}',
        '{"items":3}',
    ],
)
def test_a_remainder_written_by_hand_breaks_nothing(tmp_path: Path, hand: str) -> None:
    json.loads(hand)
    found = read_one(collection(tmp_path / "c", f"T1\tORG 5 7\t政协\n#1\tWorkbench DOC\t{hand}\n"))
    assert found.document is not None
    (entity,) = found.document.annotation.entities
    assert (entity.id, entity.type, entity.fragments) == ("T1", "ORG", (Span(5, 7),))


def test_a_folder_without_annotations_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageMistake, match=r"no \.ann file"):
        list(brat.read(tmp_path, ReadSettings()))


def test_one_file_can_be_read_alone(tmp_path: Path) -> None:
    folder = collection(tmp_path / "c", "T1\tORG 5 7\t政协\n")
    assert sound(read_one(folder / "a.ann")).doc_id == "a"
