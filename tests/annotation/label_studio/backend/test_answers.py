"""What a backend answers, without a server: documents of tasks, and what is left out of an answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from schemas import Schema
from tests.annotation.label_studio.backend.moody import Moody
from tests.annotation.label_studio.backend.served import SCHEMA, task
from workbench.annotation.label_studio.backend.answers import Answer, Question, answer
from workbench.annotation.label_studio.backend.offers import offer_of
from workbench.annotation.label_studio.backend.reading import document_of
from workbench.annotation.label_studio.configuration import configuration
from workbench.core.errors import FaultyData
from workbench.core.records import AnnotatedDocument, Document
from workbench.core.schema import open_schema
from workbench.corpus.documents import read_documents
from workbench.extractors.rules import Rules
from workbench.extractors.run import annotate
from workbench.formats.label_studio import results_of, task_of

TEXT = "🎉\u00a0民革🎉向𠮷林省（剑阁县）捐赠２１０万元。\r\n\t民革🎉。"
LABELS = "<Labels name='entity' toName='text'><Label value='某' alias='ORG'/><Label value='LOC'/></Labels>"


@pytest.fixture(scope="module")
def schema() -> Schema:
    return open_schema(SCHEMA)


def ask(raw: Any, schema: Schema, config: str | None = None) -> Answer:
    return answer(Moody(), schema, Question(json.dumps(raw).encode(), config))


def results(found: Answer) -> list[dict[str, Any]]:
    assert found.reason == ""
    return list(json.loads(found.results))


# --- reading ---------------------------------------------------------------------------------------------------------


def test_a_task_is_the_document_that_it_was_made_of(schema: Schema) -> None:
    """Text, zones, sentences and what the page says of itself are those of the corpus."""
    from tests.conftest import ROOT

    for document in read_documents(ROOT / "tasks" / "pilot" / "documents"):
        annotation = annotate(Rules(), document, schema).annotation
        raw = task_of(AnnotatedDocument(document.doc_id, annotation, document.text, document.zones), schema)
        found = document_of(json.dumps({**raw, "id": 5}).encode())
        assert (found.doc_id, found.text, found.zones) == (document.doc_id, document.text, document.zones)
        assert found.sentences == document.sentences
        assert annotate(Rules(), found, schema).annotation.entities == annotation.entities


def test_the_id_is_the_tasks_number_where_the_data_has_none() -> None:
    assert document_of(json.dumps({"id": 17, "data": {"text": TEXT}}).encode()).doc_id == "17"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"17", "data: this is no task"),
        (b'"\xe6\x9d"', "no JSON of valid Unicode"),
        (b"{", "no JSON"),
        (b"[]", "data: this is no task"),
        (b'{"data": null}', "data: this is no task"),
        (b'{"data": {}}', "data.text: the task has no text"),
        (b'{"data": {"text": null}}', "data.text: the task has no text"),
        (b'{"data": {"text": "\\ud842"}}', "no JSON of valid Unicode"),
        (b'{"data": {"text": "a", "doc_id": {}}}', "data.doc_id: a string is needed"),
        (
            b'{"data": {"text": "a"}, "meta": {"wb": {"zones": [{"kind": "k", "start": 1, "end": 2}]}}}',
            "outside of the",
        ),
        (b'{"data": {"text": "a"}, "meta": {"wb": {"zones": [{"kind": "k", "start": 1, "end": 1}]}}}', "not after"),
        (b'{"data": {"text": "a"}, "meta": {"wb": {"zones": 3}}}', "meta.wb.zones"),
    ],
)
def test_what_is_no_task_has_a_reason(content: bytes, said: str, schema: Schema) -> None:
    with pytest.raises(FaultyData, match=said.replace("[", r"\[")):
        document_of(content)
    found = answer(Moody(), schema, Question(content, None))
    assert (found.results, found.lasting) == (b"[]", True)
    assert said in found.detail
    assert found.reason.startswith("the task cannot be read (")


@pytest.mark.parametrize("meta", [None, 3, {"wb": 3}, {"wb": None}, {"other": {}}])
def test_a_meta_of_somebody_elses_says_nothing(meta: Any) -> None:
    assert document_of(json.dumps({"data": {"text": TEXT}, "meta": meta}).encode()).zones == ()


# --- offers ----------------------------------------------------------------------------------------------------------


def test_our_own_configuration_offers_everything(schema: Schema) -> None:
    """What the extractor finds is what is sent; only a frame without a trigger has no place in Label Studio."""
    document = Document(doc_id="d01", text=TEXT)
    expected = results_of(AnnotatedDocument("d01", annotate(Moody(), document, schema).annotation, TEXT), schema)
    found = ask(task(TEXT), schema, configuration(schema))
    assert results(found) == expected
    assert found.left_out == {"VISIT": 1}
    assert found.score == 0.625  # (0.25 + 0.5 + 0.75 + 1) / 4
    assert {one["type"] for one in expected} == {"labels", "choices", "textarea", "relation"}
    for one in expected:
        if one["type"] == "labels":
            assert one["value"]["text"] == TEXT[one["value"]["start"] : one["value"]["end"]]


def test_without_a_configuration_nothing_is_left_out(schema: Schema) -> None:
    found = ask(task(TEXT), schema)
    assert found.left_out == {}
    assert results(found) == results(ask(task(TEXT), schema, configuration(schema)))


@pytest.mark.parametrize(
    ("config", "labels", "relations", "left_out"),
    [
        ("<View/>", [], 0, {"ASSIST": 1, "ASSISTS": 2, "LOC": 2, "MONEY": 1, "ORG": 1, "VISIT": 1}),
        # no label of a relation, no control of an attribute, no frame
        (f"<View>{LABELS}</View>", ["ORG", "LOC", "LOC"], 0, {"ASSISTS": 2, "canonical": 1, "mention": 1}),
        (f"<View>{LABELS.replace('entity', 'label')}</View>", [], 0, {"ORG": 1}),
        (f"<View>{LABELS.replace('toName=', 'x=')}</View>", [], 0, {"ORG": 1}),
        (f"<View>{LABELS.replace('Labels', 'HyperTextLabels')}</View>", [], 0, {"ORG": 1}),
        (f"<View><!-- -->{LABELS.replace('Label', 'label')}</View>", ["ORG", "LOC", "LOC"], 0, {"MONEY": 1}),
        (
            f"<View>{LABELS}<Relations><Relation value='ASSISTS'/></Relations></View>",
            ["ORG", "LOC", "LOC"],
            2,
            {"MONEY": 1},
        ),
        (
            f"<View>{LABELS.replace('LOC', 'PER')}<Relations><Relation value='ASSISTS'/></Relations></View>",
            ["ORG"],
            0,
            {"LOC": 2, "ASSISTS": 2},
        ),
    ],
)
def test_what_the_project_does_not_offer_is_left_out(
    config: str, labels: list[str], relations: int, left_out: dict[str, int], schema: Schema
) -> None:
    """Labels, relations to what has none, and values of controls that are not there."""
    found = ask(task(TEXT), schema, config)
    made = results(found)
    assert [one["value"]["labels"][0] for one in made if one["type"] == "labels"] == labels
    assert sum(one["type"] == "relation" for one in made) == relations
    assert left_out.items() <= dict(found.left_out).items()
    ids = {one["id"] for one in made if "id" in one}
    assert {one[end] for one in made if one["type"] == "relation" for end in ("from_id", "to_id")} <= ids


def test_values_that_a_control_does_not_offer_are_left_out(schema: Schema) -> None:
    """Of a list of choices only what is in it, of a text anything."""
    controls = "<Choices name='mention' toName='text'><Choice value='{}'/></Choices><TextArea name='{}' toName='text'/>"
    for value, expected in (("NAM", ["mention", "canonical"]), ("NOM", ["canonical"])):
        made = results(ask(task(TEXT), schema, f"<View>{LABELS}{controls.format(value, 'canonical')}</View>"))
        assert sorted(one["from_name"] for one in made if one["type"] != "labels") == sorted(expected)


@pytest.mark.parametrize("config", ["", "<View>", "<!DOCTYPE a [<!ENTITY b 'c'>]><View>&b;</View>", "\ud842", "text"])
def test_a_configuration_that_cannot_be_read_is_a_reason(config: str, schema: Schema) -> None:
    with pytest.raises(FaultyData):
        offer_of(config)
    found = ask(task(TEXT), schema, config)
    assert (found.reason, found.lasting) == ("the labelling configuration of the project cannot be read", False)


# --- what the extractor is given -------------------------------------------------------------------------------------


def test_closed_zones_are_shown_and_take_nothing(schema: Schema) -> None:
    """A zone is a read-only region, as in pushed predictions, and no entity touches it."""
    start = TEXT.index("𠮷林省")
    zones = [{"kind": "navigation", "start": start, "end": start + 3}]
    made = results(ask(task(TEXT, meta={"wb": {"zones": zones}}), schema, configuration(schema)))
    regions = [(one["from_name"], one["value"]["text"]) for one in made if one["type"] == "labels"]
    assert regions == [
        ("zone", "𠮷林省"),
        ("entity", "民革🎉"),
        ("entity", "剑阁县"),
        ("entity", "２１０万元"),
        ("frame", "捐赠"),
    ]
    assert made[0]["readonly"] is True


def test_fragments_need_what_joins_them(schema: Schema) -> None:
    """An entity in two parts is left out where nothing could join the parts again."""
    from workbench.core.records import Annotation, Entity
    from workbench.core.text import Span

    class Parted(Moody):
        def extract(self, document: Document) -> Annotation:
            parted = Entity(id="T1", type="ORG", fragments=(Span(0, 1), Span(2, 3)))
            return Annotation(doc_id=document.doc_id, entities=(parted,))

    joined = f"<View>{LABELS}<Relations><Relation value='CONTINUES'/></Relations></View>"
    question = json.dumps(task(TEXT)).encode()
    assert len(results(answer(Parted(), schema, Question(question, joined)))) == 3
    found = answer(Parted(), schema, Question(question, f"<View>{LABELS}</View>"))
    assert (results(found), found.left_out) == ([], {"ORG": 1})
