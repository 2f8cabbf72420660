"""Parquet: lossless, the same features for `datasets` whatever is in it, files of other programs, damaged files."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import annotated_documents
from workbench.core.errors import EnvironmentFailure, FaultyData, UsageMistake
from workbench.core.mending import mend
from workbench.core.records import AnnotatedDocument, Annotation, Argument, Entity, Frame, Trigger, Zone
from workbench.core.schema import open_schema
from workbench.core.text import Span
from workbench.core.values import Money, Place, Quantity
from workbench.corpus.reading import read_annotated
from workbench.formats import parquet
from workbench.formats.contract import ReadDocument, ReadSettings, Sample, WriteSettings
from workbench.formats.parquet import columns, reading, writing

ROOT = Path(__file__).parents[2]
TEXT = "民革、民盟四川省委𠀀帮扶\u00a0剑阁县（協(xié)）\n210万元"


def write(path: Path, *documents: AnnotatedDocument) -> Path:
    made = parquet.writer(path, WriteSettings())
    for document in documents:
        made.write(document)
    made.close()
    return path


def found_in(path: Path, **settings: Any) -> list[ReadDocument]:
    return list(parquet.read(path, ReadSettings(**settings)))


def document_in(path: Path, **settings: Any) -> AnnotatedDocument:
    (found,) = found_in(path, **settings)
    assert found.faults == ()
    assert found.document is not None
    return found.document


def table_at(path: Path, rows: list[dict[str, Any]], schema: Any = None) -> Path:
    pq.write_table(pa.Table.from_pylist(rows, schema), path)
    return path


def refused(path: Path) -> list[tuple[str, str]]:
    with pytest.raises(FaultyData) as caught:
        found_in(path)
    assert all(fault.source is not None for fault in caught.value.faults)
    return [(fault.path, fault.message) for fault in caught.value.faults]


# --- what we write ---------------------------------------------------------------------------------------------------

collections = st.integers(0, 3).flatmap(
    lambda number: st.tuples(*(annotated_documents(f"d{index}") for index in range(number)))
)


@settings(max_examples=60)
@given(documents=collections, name=st.sampled_from(["a.parquet", "folder"]))
def test_nothing_is_lost(tmp_path_factory: pytest.TempPathFactory, documents: Any, name: str) -> None:
    path = write(tmp_path_factory.mktemp("law") / name, *documents)
    back = found_in(path)
    assert [found.faults for found in back] == [()] * len(documents)
    mended = [mend(found.document, repair=False) for found in back if found.document is not None]
    assert [one.faults for one in mended] == [()] * len(documents)
    assert [one.document for one in mended] == list(documents)
    assert not [loss for document in documents for loss in parquet.losses(document, WriteSettings())]


def test_the_pilot_gold(tmp_path: Path) -> None:
    """Real documents come back, in order, and the same documents are the same bytes."""
    gold = read_annotated(ROOT / "gold" / "0.1.0")
    once, again = write(tmp_path / "once", *gold), write(tmp_path / "again", *gold)
    assert [found.document for found in found_in(once)] == list(gold)
    files = sorted(file.relative_to(once) for file in once.rglob("*") if file.is_file())
    assert [str(file) for file in files] == ["README.md", "data/train-00000-of-00001.parquet"]
    assert all((once / file).read_bytes() == (again / file).read_bytes() for file in files)


def test_a_document_without_text(tmp_path: Path) -> None:
    """Predictions need no text; finished layers that are none are not the same as nothing said."""
    first = AnnotatedDocument("d1", Annotation(doc_id="d1", finished_layers=()))
    second = AnnotatedDocument("d2", Annotation(doc_id="d2"))
    back = [found.document for found in found_in(write(tmp_path / "a.parquet", first, second))]
    assert back == [first, second]


@pytest.mark.parametrize("number", [10**15, 10**15 + 1, 0.1, 2.6e-7, 1e300, 0])
def test_numbers_come_back_as_they_were(tmp_path: Path, number: float) -> None:
    entity = Entity(
        id="T1", type="QUANT", fragments=(Span(0, 2),), text="民革", value=Quantity(value=number, unit="户")
    )
    document = AnnotatedDocument("d1", Annotation(doc_id="d1", entities=(entity,), extra={"n": number}), TEXT)
    back = document_in(write(tmp_path / "a.parquet", document)).annotation
    assert back.entities[0].value == entity.value
    assert [type(back.extra["n"]), back.extra["n"]] == [type(number), number]


def test_row_groups_are_bounded_by_documents_and_by_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = [AnnotatedDocument(f"d{n}", Annotation(doc_id=f"d{n}"), TEXT) for n in range(7)]
    monkeypatch.setattr(writing, "_MOST_DOCUMENTS", 3)
    monkeypatch.setattr(reading, "_ROWS", 2)
    path = write(tmp_path / "a.parquet", *documents)
    assert [pq.ParquetFile(path).metadata.row_group(n).num_rows for n in range(3)] == [3, 3, 1]
    assert [found.document for found in found_in(path)] == documents
    monkeypatch.setattr(writing, "_MOST_CHARACTERS", 2 * len(TEXT))
    assert pq.ParquetFile(write(tmp_path / "b.parquet", *documents)).num_row_groups == 4


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for name in ("file/a.parquet", "file/folder"):
        with pytest.raises(EnvironmentFailure, match="cannot be written"):
            parquet.writer(tmp_path / name, WriteSettings())


# --- what `datasets` reads and writes --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The library `datasets`, which may neither ask the network nor keep files elsewhere."""
    home = tmp_path_factory.mktemp("hub")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "HF_HUB_OFFLINE": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
            "HF_HOME": str(home),
            "HF_DATASETS_CACHE": str(home / "datasets"),
        }.items():
            patch.setenv(name, value)
        import datasets

        patch.setattr(datasets.config, "HF_DATASETS_CACHE", home / "datasets")
        yield datasets


def expected_features(hub: Any) -> Any:
    """The features as a user of `datasets` would write them down."""
    string, integer, number, each = hub.Value("string"), hub.Value("int64"), hub.Value("float64"), hub.List
    fragments = each({"start": integer, "end": integer})
    about = {"attributes": each({"key": string, "value": string}), "note": string, "score": number, "extra": string}
    named = {"id": string, "type": string}
    return hub.Features(
        {
            "doc_id": string,
            "text": string,
            "entities": each(
                {**named, "fragments": fragments, "text": string, "value": string, "cluster": string, **about}
            ),
            "relations": each({**named, "head": string, "tail": string, **about}),
            "frames": each(
                {
                    **named,
                    "trigger": {"fragments": fragments, "text": string, "extra": string},
                    "arguments": each({"role": string, "entity": string, "extra": string}),
                    **about,
                }
            ),
            "zones": each({"kind": string, "start": integer, "end": integer, "note": string, "extra": string}),
            "author": string,
            "schema": {"id": string, "version": string, "hash": string},
            "text_sha256": string,
            "finished_layers": each(string),
            "provenance": string,
            "extra": string,
        }
    )


PLAIN = AnnotatedDocument("d1", Annotation(doc_id="d1"), TEXT)
FULL = AnnotatedDocument(
    "d2",
    Annotation(
        doc_id="d2",
        finished_layers=(),
        entities=(
            Entity(
                id="T1", type="ORG", fragments=(Span(0, 2), Span(5, 9)), text="民革…四川省委", attributes={"a": "1"}
            ),
            Entity(id="T2", type="LOC", fragments=(Span(13, 16),), text="剑阁县", attributes={"b": "2"}),
        ),
        frames=(
            Frame(id="E1", type="ASSIST", arguments=(Argument(role="helper", entity="T1"),)),
            Frame(id="E2", type="ASSIST", trigger=Trigger(fragments=(Span(10, 12),), text="帮扶")),
        ),
    ),
    TEXT,
)


@pytest.mark.parametrize("documents", [(PLAIN,), (PLAIN, FULL)])
def test_datasets_has_the_same_features_whatever_is_there(tmp_path: Path, hub: Any, documents: Any) -> None:
    expected = expected_features(hub)
    file, folder = str(write(tmp_path / "a.parquet", *documents)), str(write(tmp_path / "folder", *documents))
    cache = str(tmp_path / "cache")
    ways = [
        hub.load_dataset("parquet", data_files=file, split="train", cache_dir=cache),
        hub.Dataset.from_parquet(file, cache_dir=cache),
        hub.load_dataset(folder, split="train", cache_dir=cache),
    ]
    for made in ways:
        assert made.features == expected
        assert made["doc_id"][:] == [document.doc_id for document in documents]
    assert hub.load_dataset(folder, split="train", streaming=True).features == expected


def test_a_collection_without_documents(tmp_path: Path, hub: Any) -> None:
    """There is a file with all columns; `datasets` reads it only as a stream, as it does any empty file."""
    file, folder = write(tmp_path / "a.parquet"), write(tmp_path / "folder")
    assert found_in(file) == found_in(folder) == []
    for made in (
        hub.load_dataset("parquet", data_files=str(file), split="train", streaming=True),
        hub.load_dataset(str(folder), split="train", streaming=True),
    ):
        assert (made.features, list(made)) == (expected_features(hub), [])


def test_rows_as_datasets_has_them(tmp_path: Path, hub: Any) -> None:
    """No attribute of another entity, no trigger that is not there; slices of the text are the mentions."""
    path = write(tmp_path / "folder", PLAIN, FULL)
    plain, full = hub.load_dataset(str(path), split="train", cache_dir=str(tmp_path / "cache"))
    assert (plain["finished_layers"], full["finished_layers"]) == (None, [])
    assert [entity["attributes"] for entity in full["entities"]] == [
        [{"key": "a", "value": "1"}],
        [{"key": "b", "value": "2"}],
    ]
    assert [frame["trigger"] is None for frame in full["frames"]] == [True, False]
    slices = [[full["text"][part["start"] : part["end"]] for part in one["fragments"]] for one in full["entities"]]
    assert slices == [["民革", "四川省委"], ["剑阁县"]]


def test_the_card_and_the_schema_say_what_datasets_says(tmp_path: Path, hub: Any) -> None:
    from huggingface_hub import DatasetCard

    expected = expected_features(hub)
    folder = write(tmp_path / "folder", PLAIN, FULL)
    card = DatasetCard.load(folder / "README.md")
    assert card.data.to_dict()["dataset_info"]["features"] == expected._to_yaml_list()
    assert card.data.to_dict()["configs"] == [
        {"config_name": "default", "data_files": [{"split": "train", "path": "data/train-*"}]}
    ]
    assert "2 documents, 2 entities, 0 relations, 2 frames." in card.text
    written = pq.read_schema(folder / "data" / "train-00000-of-00001.parquet")
    assert written.equals(expected.arrow_schema)
    features = json.loads(written.metadata[b"huggingface"])["info"]["features"]
    assert hub.Features.from_dict(features) == expected
    assert '"List"' not in json.dumps(features)  # unknown to versions before 4


def test_a_file_that_datasets_wrote(tmp_path: Path, hub: Any) -> None:
    path = str(write(tmp_path / "a.parquet", PLAIN, FULL))
    made = hub.Dataset.from_parquet(path, cache_dir=str(tmp_path / "cache"))
    made.add_column("checked", [True, False]).to_parquet(str(tmp_path / "b.parquet"))
    first, second = [found.document for found in found_in(tmp_path / "b.parquet")]
    assert first is not None
    assert first.annotation.extra == {"checked": True}
    assert second == FULL._replace(annotation=FULL.annotation.model_copy(update={"extra": {"checked": False}}))


# --- files of other programs -----------------------------------------------------------------------------------------


def test_a_file_made_from_plain_json_lines(tmp_path: Path) -> None:
    """Start and end, attributes and values as structures with nulls, events, no ids, further keys."""
    rows = [
        {
            "doc_id": "d1",
            "text": TEXT,
            "entities": [
                {"type": "ORG", "start": 0, "end": 2, "attributes": {"level": 3, "name": None}, "value": None},
                {"type": "LOC", "start": 13, "end": 16, "source": "list", "value": {"kind": "place", "name": "剑阁县"}},
                {"type": "MONEY", "start": 25, "end": 30, "value": {"kind": None, "name": "210万"}, "attributes": None},
            ],
            "relations": [{"type": "PART_OF", "head": "T1", "tail": "T2"}],
            "events": [
                {
                    "type": "ASSIST",
                    "trigger": {"start": 10, "end": 12},
                    "arguments": [{"role": "helper", "entity": "T1"}],
                }
            ],
            "zones": [{"kind": "footer", "start": 16, "end": 24}],
            "origin": {"page": 7},
            "share": 0.5,
        },
        {"doc_id": "d2", "share": float("nan"), "__index_level_0__": 1},
    ]
    first, second = found_in(table_at(tmp_path / "a.parquet", rows))
    assert first.faults == second.faults == ()
    assert first.document is not None
    annotation = first.document.annotation
    assert [(entity.id, entity.fragments) for entity in annotation.entities] == [
        ("T1", (Span(0, 2),)),
        ("T2", (Span(13, 16),)),
        ("T3", (Span(25, 30),)),
    ]
    assert [entity.attributes for entity in annotation.entities] == [{"level": "3"}, {}, {}]
    assert [entity.value for entity in annotation.entities] == [None, Place(name="剑阁县"), None]
    assert [entity.extra for entity in annotation.entities] == [{}, {"source": "list"}, {"value": {"name": "210万"}}]
    assert (annotation.relations[0].id, annotation.relations[0].tail) == ("R1", "T2")
    (frame,) = annotation.frames
    assert (frame.id, frame.arguments) == ("E1", (Argument(role="helper", entity="T1"),))
    assert frame.trigger == Trigger(fragments=(Span(10, 12),))
    assert first.document.zones == (Zone(kind="footer", start=16, end=24),)
    assert annotation.extra == {"origin": {"page": 7}, "share": 0.5}
    assert second.document == AnnotatedDocument("d2", Annotation(doc_id="d2"))


def test_values_by_entity_type(tmp_path: Path) -> None:
    """With a schema, values without kind are what their type has; without, they are further keys."""
    entities = [
        {"type": "MONEY", "start": 25, "end": 30, "value": json.dumps({"value": 2100000})},
        {"type": "LOC", "start": 13, "end": 16, "value": "剑阁县"},
    ]
    path = table_at(tmp_path / "a.parquet", [{"doc_id": "d1", "entities": entities}])
    values = [entity.value for entity in document_in(path, schema=open_schema()).annotation.entities]
    assert values == [Money(value=2100000), Place(name="剑阁县")]
    extras = [entity.extra for entity in document_in(path).annotation.entities]
    assert extras == [{"value": {"value": 2100000}}, {"value": "剑阁县"}]


def test_other_ways_to_say_the_same(tmp_path: Path) -> None:
    """Pairs, maps, large and repeated strings, small integers, structures for JSON."""
    entity = pa.struct(
        [
            ("id", pa.large_string()),
            ("type", pa.dictionary(pa.int8(), pa.string())),
            ("fragments", pa.large_list(pa.list_(pa.int16(), 2))),
            ("start", pa.uint8()),
            ("end", pa.uint8()),
            ("attributes", pa.map_(pa.string(), pa.bool_())),
            ("score", pa.int8()),
            ("extra", pa.struct([("a", pa.int8()), ("b", pa.int8())])),
        ]
    )
    schema = pa.schema(
        [
            ("doc_id", pa.string_view()),
            ("entities", pa.list_(entity)),
            ("provenance", pa.struct([("program", pa.string()), ("source", pa.string())])),
            ("relations", pa.null()),
            ("seen", pa.list_(pa.map_(pa.string(), pa.int8()))),
        ]
    )
    row = {
        "doc_id": "d1",
        "entities": [
            {
                "id": "T1",
                "type": "ORG",
                "fragments": [[0, 2], [5, 9]],
                "start": 0,
                "end": 9,
                "attributes": [("chair", True)],
                "score": 1,
                "extra": {"a": 1, "b": None},
            }
        ],
        "provenance": {"program": "p", "source": None},
        "seen": [[("k", 1)]],
    }
    path = tmp_path / "a.parquet"
    entities = pa.array([row["entities"]], pa.list_(pa.struct([f for f in entity if f.name != "type"])))
    inner = entities.flatten()
    arrays = {field.name: inner.field(field.name) for field in inner.type}
    arrays["type"] = pa.array(["ORG"]).dictionary_encode().cast(pa.dictionary(pa.int8(), pa.string()))
    structs = pa.StructArray.from_arrays([arrays[field.name] for field in entity], fields=list(entity))
    columns_of = [
        pa.array(["d1"], pa.string_view()),
        pa.ListArray.from_arrays([0, 1], structs, type=pa.list_(entity)),
        pa.array([row["provenance"]], schema.field("provenance").type),
        pa.nulls(1),
        pa.array([row["seen"]], schema.field("seen").type),
    ]
    pq.write_table(pa.Table.from_arrays(columns_of, schema=schema), path)
    document = document_in(path)
    (one,) = document.annotation.entities
    assert (one.type, one.fragments, one.attributes) == ("ORG", (Span(0, 2), Span(5, 9)), {"chair": "true"})
    assert (one.score, one.extra) == (1.0, {"a": 1})
    assert document.annotation.provenance.program == "p"
    assert document.annotation.extra == {"seen": [[["k", 1]]]}


def test_a_folder_of_splits(tmp_path: Path) -> None:
    """All files of a folder are read, those in hidden folders are not; the split is kept unless it is train."""
    for name in (
        "data/train-00000-of-00002.parquet",
        "data/test-00000-of-00001.parquet",
        ".cache/x.parquet",
        "y.parquet",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        table_at(tmp_path / name, [{"doc_id": name, "text": ""}])
    documents = [found.document for found in found_in(tmp_path)]
    assert [(one.doc_id, one.annotation.extra) for one in documents if one is not None] == [
        ("data/test-00000-of-00001.parquet", {"parquet": {"split": "test"}}),
        ("data/train-00000-of-00002.parquet", {}),
        ("y.parquet", {}),
    ]
    assert document_in(tmp_path / "data/test-00000-of-00001.parquet").annotation.extra == {}


# --- dirty files -----------------------------------------------------------------------------------------------------


def test_other_columns(tmp_path: Path) -> None:
    path = table_at(tmp_path / "a.parquet", [{"tokens": ["a"], "ner_tags": [0]}])
    message = "the columns doc_id, and text or entities, are needed; there are: tokens, ner_tags"
    assert refused(path) == [("", message)]


def test_columns_of_wrong_types(tmp_path: Path) -> None:
    """Every column that holds something else is told, however deep."""
    row = {
        "doc_id": 7,
        "text": b"x",
        "author": ["a"],
        "schema": "cppcc-poverty 0.2.0",
        "finished_layers": "mention",
        "entities": [{"type": 1, "fragments": [0, 2], "attributes": "a", "score": "high", "value": 1.5}],
        "relations": [{"type": "R", "head": 1}],
        "frames": [{"type": "ASSIST", "trigger": {"text": "帮扶"}, "arguments": "T1"}],
        "events": [{"type": "ASSIST"}],
        "zones": {"kind": "footer"},
    }
    assert refused(table_at(tmp_path / "a.parquet", [row])) == [
        ("frames", "two columns have this name (or mean the same); rename one"),
        ("doc_id", "holds int64, where strings are needed"),
        ("text", "holds binary, where strings are needed"),
        ("author", "holds list<element: string>, where strings are needed"),
        ("schema", "holds string, where structures are needed"),
        ("finished_layers", "holds string, where lists are needed"),
        ("entities[].type", "holds int64, where strings are needed"),
        ("entities[].fragments[]", "holds int64, where structures are needed"),
        ("entities[].attributes", "holds string, where lists are needed"),
        ("entities[].score", "holds string, where numbers are needed"),
        ("entities[].value", "holds double, where strings are needed"),
        ("relations", "tail is needed in each of them; there is: type, head"),
        ("relations[].head", "holds int64, where strings are needed"),
        ("frames[].trigger", "fragments (or start and end) is needed in each of them; there is: text"),
        ("frames[].arguments", "holds string, where lists are needed"),
        ("zones", "holds struct<kind: string>, where lists are needed"),
    ]


def dirty(**changes: Any) -> dict[str, Any]:
    entity = {"id": "T1", "type": "ORG", "fragments": [{"start": 0, "end": 2}], "text": "民革"}
    return {"doc_id": "d1", "text": TEXT, "entities": [{**entity, **changes}, {**entity, "id": "T2"}]}


@pytest.mark.parametrize(
    ("changes", "path", "message"),
    [
        ({"type": None}, "entities[0].type", "missing"),
        ({"fragments": None}, "entities[0].start", "missing"),
        ({"fragments": []}, "entities[0].fragments", "ranges with a start and an end are needed"),
        ({"fragments": [None]}, "entities[0].fragments", "ranges with a start and an end are needed"),
        ({"fragments": [{"start": 0}]}, "entities[0].fragments", "ranges with a start and an end are needed"),
        ({"score": float("nan")}, "entities[0].score", "not a finite number"),
        ({"value": '{"kind": '}, "entities[0].value", "not JSON: Expecting value"),
        ({"value": '{"kind": "money"}'}, "entities[0].value", "EXACT needs value"),
        ({"extra": "[1]"}, "entities[0].extra", "a JSON object is needed here, not [1]"),
        ({"extra": '{"a": 1, "a": 2}'}, "entities[0].extra", "not JSON: key 'a' stands twice"),
        ({"attributes": [{"key": "a", "value": v} for v in "12"]}, "entities[0].attributes", "'a' is there twice"),
    ],
)
def test_faulty_items_are_left_out(tmp_path: Path, changes: dict[str, Any], path: str, message: str) -> None:
    """The fault names the part; other items stay."""
    schema = columns.arrow_schema(pa)
    (found,) = found_in(table_at(tmp_path / "a.parquet", [dirty(**changes)], schema))
    assert found.document is not None
    assert [entity.id for entity in found.document.annotation.entities] == ["T2"]
    assert found.faults[0].path == path
    assert found.faults[0].message.startswith(message)
    assert {fault.path.startswith("entities[0]") for fault in found.faults} == {True}


def test_faulty_parts_of_a_document(tmp_path: Path) -> None:
    row = {
        "doc_id": "d1",
        "text": TEXT,
        "schema": {"id": "s"},
        "finished_layers": ["mention", None],
        "provenance": '{"unknown": 1}',
        "extra": "no",
        "relations": [None],
        "frames": [
            {
                "id": "E1",
                "type": "ASSIST",
                "arguments": [{"role": "helper"}, {"role": "helper", "entity": "T9"}],
                "trigger": {"fragments": [{"start": 3, "end": 1}]},
            },
            {"id": "E2", "type": "ASSIST", "trigger": {"text": "帮扶"}},
        ],
        "zones": [{"kind": "footer", "start": 5, "end": 5}],
    }
    (found,) = found_in(
        table_at(
            tmp_path / "a.parquet",
            [
                row,
            ],
            columns.arrow_schema(pa),
        )
    )
    assert [fault.path for fault in found.faults] == [
        "provenance",
        "schema.version",
        "finished_layers",
        "provenance.unknown",
        "relations[0]",
        "frames[0].arguments[0].entity",
        "frames[1].trigger.start",
        "frames[1].trigger.end",
        "extra",
        "zones[0]",
    ][1:]
    assert found.document is not None
    (frame,) = found.document.annotation.frames
    assert frame.arguments == (Argument(role="helper", entity="T9"),)
    faults = {fault.path for fault in mend(found.document, repair=False).faults}
    assert faults == {"frames[0].trigger.end", "frames[0].arguments[0].entity"}


def test_what_the_caller_checks_is_read_as_it_is(tmp_path: Path) -> None:
    """Impossible offsets, ids used twice and NUL are no matter of the reader."""
    rows = [{**dirty(id="T2", fragments=[{"start": -3, "end": 99}]), "text": "民\0革"}]
    document = document_in(table_at(tmp_path / "a.parquet", rows, columns.arrow_schema(pa)))
    assert document.annotation.entities[0].fragments == (Span(-3, 99),)
    rules = {fault.rule for fault in mend(document, repair=False).faults}
    assert rules == {"offsets", "ids", "encoding", "text"}


def test_a_row_without_id(tmp_path: Path) -> None:
    rows = [{"doc_id": None, "text": "a"}, {"doc_id": "d2", "text": "b"}]
    first, second = found_in(table_at(tmp_path / "a.parquet", rows))
    assert (first.document, first.faults[0].path) == (None, "doc_id")
    assert second.document is not None


def test_columns_that_json_cannot_keep(tmp_path: Path) -> None:
    """They are left out, which is told once; a number that JSON lacks is told where it stands."""
    rows = [{**dirty(weight=float("nan")), "image": b"x", "share": [float("inf")] * n} for n in range(3)]
    first, *others = found_in(table_at(tmp_path / "a.parquet", rows))
    assert [fault.path for fault in first.faults] == ["image", "entities[0].weight"]
    assert [[fault.path for fault in found.faults] for found in others] == [["entities[0].weight", "share"]] * 2
    assert others[0].faults[1].message == "is left out: [inf] is nothing that JSON can say"
    assert {fault.severity for found in (first, *others) for fault in found.faults} == {"warning"}
    assert all(len(found.document.annotation.entities) == 2 for found in others if found.document is not None)


def test_strings_that_are_not_utf8(tmp_path: Path) -> None:
    """The row is a fault, those beside it are read."""
    names = pa.array([b"d1", b"\xff\xfe", b"d3"], pa.binary())
    ids = pa.Array.from_buffers(pa.string(), 3, names.buffers())
    pq.write_table(pa.table({"doc_id": ids, "text": ["a", "b", "c"]}), tmp_path / "a.parquet")
    first, second, third = found_in(tmp_path / "a.parquet")
    assert [found.document is None for found in (first, second, third)] == [False, True, False]
    assert second.faults[0].message == "row 2 is not UTF-8"


def test_a_damaged_row_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be read is a fault; other row groups are read."""
    monkeypatch.setattr(writing, "_MOST_DOCUMENTS", 1)
    documents = [AnnotatedDocument(f"d{n}", Annotation(doc_id=f"d{n}"), TEXT) for n in range(3)]
    path = write(tmp_path / "a.parquet", *documents)
    group = pq.ParquetFile(path).metadata.row_group(1)
    begin = min(group.column(n).dictionary_page_offset or group.column(n).data_page_offset for n in range(4))
    content = bytearray(path.read_bytes())
    content[begin : begin + 40] = b"\xff" * 40
    path.write_bytes(content)
    found = found_in(path)
    assert [one.document.doc_id if one.document else None for one in found] == ["d0", None, "d2"]
    assert found[1].faults[0].message.startswith("rows after 1 of row group 1 are damaged (")


@pytest.mark.parametrize("cut", [0, 3, 4, 8, 200, -1, -9, -200])
def test_files_that_are_cut_short(tmp_path: Path, cut: int) -> None:
    path = write(tmp_path / "a.parquet", PLAIN, FULL)
    path.write_bytes(path.read_bytes()[:cut])
    assert len(refused(path)) == 1


@settings(max_examples=80)
@given(data=st.data())
def test_damage_anywhere_is_told(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Whatever bytes are changed, there are documents and faults, or the file is refused."""
    path = write(tmp_path_factory.mktemp("damage") / "a.parquet", PLAIN, FULL)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    with contextlib.suppress(FaultyData):
        found_in(path)


def test_paths_without_a_file(tmp_path: Path) -> None:
    with pytest.raises(UsageMistake, match="no such file"):
        found_in(tmp_path / "a.parquet")
    with pytest.raises(UsageMistake, match=r"no file in it ends in \.parquet"):
        found_in(tmp_path)


def test_without_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow.parquet", None)
    with pytest.raises(EnvironmentFailure, match=r"pip install 'cppcc-workbench\[parquet\]'"):
        found_in(tmp_path)


def test_recognition(tmp_path: Path) -> None:
    file, folder = write(tmp_path / "a.parquet", PLAIN), write(tmp_path / "folder", PLAIN)
    names = tuple(str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file())
    assert parquet.recognise(Sample(file, head=file.read_bytes()[:512]))
    assert parquet.recognise(Sample(folder, names=names))
    assert not parquet.recognise(Sample(tmp_path / "b.parquet", head=b'{"doc_id": "d1"}'))
    assert not parquet.recognise(Sample(folder, names=("d1.txt", "d1.ann")))
