"""Strings labelled before, found again: which, as what, how surely, and the same learnt at once or bit by bit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.annotation.suggest.making import SCHEMA, TEXT, document, entity, span_of
from workbench.annotation.suggest import Strings, SuggestedEntity, Suggestion
from workbench.core.records import Annotation, Document, Entity, Meta
from workbench.core.text import Span
from workbench.core.values import Place, Time


def items(found: tuple[Suggestion, ...]) -> list[SuggestedEntity]:
    return [one.item for one in found if isinstance(one.item, SuggestedEntity)]


def shown(strings: Strings, text: str) -> list[tuple[str, int, str]]:
    return [(one.type, one.start, one.text) for one in items(strings.in_document(document(text, doc_id="d2")))]


def labelled(*labels: tuple[str, str], text: str = TEXT) -> Strings:
    made = Strings(SCHEMA)
    made.learn("d1", [entity(f"T{number}", *label, text=text) for number, label in enumerate(labels)])
    return made


def test_a_labelled_string_is_found_wherever_it_stands() -> None:
    assert shown(labelled(("LOC", "紫云村")), "😀紫云村\u00a0紫云村𠀀") == [("LOC", 1, "紫云村"), ("LOC", 5, "紫云村")]


def test_the_longest_string_wins_and_one_character_is_no_string() -> None:
    strings = labelled(("ORG", "永州市政协"), ("GROUP", "政协(xié)委员"), ("LOC", "市"))
    assert shown(strings, "永州市政协(xié)委员") == [("GROUP", 3, "政协(xié)委员")]  # the longest, 9 characters
    assert shown(strings, "永州市政协委员") == [("ORG", 0, "永州市政协")]


def test_statements_and_parts_of_numbers_and_words_are_not_found_again() -> None:
    text = "捐赠3名 13名 3名a abc ab"
    strings = labelled(("RESULT", "捐赠3名"), ("QUANT", "3名"), ("ORG", "ab"), text="捐赠3名 ab")
    assert shown(strings, text) == [("QUANT", 2, "3名"), ("QUANT", 9, "3名"), ("ORG", 17, "ab")]


def test_what_half_the_labels_of_a_string_have_inside_is_suggested_inside() -> None:
    strings = labelled(("ORG", "永州市政协"), ("LOC", "永州市"))
    assert shown(strings, "永州市政协") == [("ORG", 0, "永州市政协"), ("LOC", 0, "永州市")]
    strings.learn("d3", [entity("T1", "ORG", "永州市政协")])  # one of two: the inner one may be about to follow
    assert shown(strings, "永州市政协") == [("ORG", 0, "永州市政协"), ("LOC", 0, "永州市")]
    strings.learn("d4", [entity("T1", "ORG", "永州市政协")])  # one of three
    assert shown(strings, "永州市政协") == [("ORG", 0, "永州市政协")]
    assert shown(strings, "永州市") == [("LOC", 0, "永州市")]


def test_a_label_inside_an_earlier_one_counts_at_once() -> None:
    strings = labelled(("ORG", "永州市政协"))
    strings.learn("d0", [entity("T1", "LOC", "永州市")])
    assert shown(strings, "永州市政协") == [("ORG", 0, "永州市政协")]
    inner = entity("T9", "LOC", "永州市")
    strings.learn("d1", [inner])
    assert shown(strings, "永州市政协") == [("ORG", 0, "永州市政协"), ("LOC", 0, "永州市")]
    strings.learn("d1", removed=[inner])
    assert shown(strings, "永州市政协") == [("ORG", 0, "永州市政协")]


def test_the_score_is_the_share_among_all_decisions() -> None:
    strings = Strings(SCHEMA)
    for number, type_ in enumerate(("ORG", "ORG", "ORG", "LOC")):
        strings.learn(f"d{number}", [entity("T1", type_, "紫云村")])
    (one,) = strings.in_document(document("紫云村"))
    assert (one.item.type, one.score, one.sources) == ("ORG", 0.75, ("strings",))
    item = items((one,))[0]
    strings.reject(item)
    assert strings.in_document(document("紫云村"))[0].score == 0.6  # 3 of 4 labels and 1 rejection
    strings.reject(item)
    strings.reject(item)
    assert strings.in_document(document("紫云村")) == ()  # 3 rejections against 3 labels
    strings.restore(item)
    assert strings.in_document(document("紫云村"))[0].score == 0.5  # 3 of 4 + 2


def test_attributes_are_carried_over_when_all_labels_agree() -> None:
    strings = Strings(SCHEMA)
    both = {"mention": "NAM", "level": "village"}
    place = Place(name="紫云村")
    strings.learn("d1", [entity("T1", "LOC", "紫云村", attributes=both | {"difficulty": "true"}, value=place)])
    assert [dict(one.attributes) for one in items(strings.in_document(document()))] == [both]
    assert items(strings.in_document(document()))[0].value == place
    strings.learn("d2", [entity("T1", "LOC", "紫云村", attributes={"mention": "NAM"})])
    (one,) = items(strings.in_document(document()))
    assert (dict(one.attributes), one.value) == ({"mention": "NAM"}, None)


def test_a_time_is_read_by_the_date_of_its_document() -> None:
    strings = Strings(SCHEMA)
    this_year = Time(type="DATE", value="2019")
    strings.learn("d1", [Entity(id="T1", type="TIME", fragments=(Span(0, 2),), text="今年", value=this_year)])
    for year in ("2020", "2016"):
        later = Document(doc_id="d2", text="今年", meta=Meta(date=f"{year}-06-02"))
        assert [one.value for one in items(strings.in_document(later))] == [Time(type="DATE", value=year)]


def test_what_is_unlabelled_is_forgotten() -> None:
    strings = labelled(("LOC", "紫云村"))
    assert len(strings.in_document(document())) == 1
    strings.learn("d1", removed=[entity("T0", "LOC", "紫云村")])
    assert strings.in_document(document()) == ()


def test_all_annotations_of_a_batch_at_once() -> None:
    annotations = [Annotation(doc_id=name, entities=(entity("T1", "LOC", "紫云村"),)) for name in ("d1", "d2")]
    strings = Strings.of(SCHEMA, annotations)
    (one,) = strings.in_document(document())
    assert (one.item.type, one.score) == ("LOC", 1.0)
    assert isinstance(one.item, SuggestedEntity)
    assert one.item.fragments == (span_of(TEXT, "紫云村"),)


ALPHABET = "政协县1𠀀"


@st.composite
def labels(draw: st.DrawFn) -> Entity:
    """A label of a short string; documents do not matter for what is learnt of one that has no other."""
    string = draw(st.text(st.sampled_from(ALPHABET), min_size=1, max_size=4))
    start = draw(st.integers(0, 6))
    attributes = draw(st.sampled_from(({}, {"mention": "NAM"})))
    return Entity(
        id=f"T{draw(st.integers(0, 7))}",
        type=draw(st.sampled_from(("ORG", "LOC", "QUANT", "RESULT"))),
        fragments=(Span(start, start + len(string)),),
        text=string,
        attributes=attributes,
    )


@given(st.text(st.sampled_from(ALPHABET), max_size=30), st.data())
def test_bit_by_bit_is_the_same_as_at_once(text: str, data: st.DataObject) -> None:
    strings, here = Strings(SCHEMA), dict[tuple[str, str], Entity]()
    rejected: list[SuggestedEntity] = []
    for _ in range(data.draw(st.integers(0, 8))):
        doc_id = data.draw(st.sampled_from(("d1", "d2")))
        added = data.draw(st.lists(labels(), max_size=4, unique_by=lambda one: one.id))
        known = [one for (owner, _), one in here.items() if owner == doc_id]
        removed = data.draw(st.lists(st.sampled_from(known), max_size=2)) if known else []
        strings.learn(doc_id, added, removed)
        for one in removed:
            here.pop((doc_id, one.id), None)
        here.update(((doc_id, one.id), one) for one in added)
        found = items(strings.in_document(document(text)))
        if found and data.draw(st.booleans()):
            rejected.append(data.draw(st.sampled_from(found)))
            strings.reject(rejected[-1])
    fresh = Strings(SCHEMA)
    for item in rejected:
        fresh.reject(item)
    for doc_id in ("d2", "d1"):
        fresh.learn(doc_id, [one for (owner, _), one in here.items() if owner == doc_id])
    assert strings.in_document(document(text)) == fresh.in_document(document(text))


@given(st.text(st.sampled_from(ALPHABET + "。"), max_size=80))
def test_one_pass_finds_what_single_searches_find(text: str) -> None:
    strings = sorted({text[start : start + length] for start in range(len(text)) for length in (2, 3, 5)} - {""})
    known = [one for one in strings if len(one) > 1]
    many, few = Strings(SCHEMA), Strings(SCHEMA)
    made = [Entity(id=f"T{n}", type="ORG", fragments=(Span(0, len(s)),), text=s) for n, s in enumerate(known)]
    for number, one in enumerate(made):
        many.learn(f"x{number}", [one])
        few.learn(f"x{number}", [one])
        few.in_document(document(text))
    assert many.in_document(document(text)) == few.in_document(document(text))
