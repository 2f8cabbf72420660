"""Who is who: users of Label Studio and the names of annotators."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.annotation.batches import make_batch
from workbench.annotation.label_studio.people import Authorship, People, import_id, name_people, unique_id
from workbench.core.errors import FaultyData
from workbench.corpus.tasks import Batch, dump_settings


def users(*addresses: str) -> list[dict[str, object]]:
    return [{"id": number, "email": address} for number, address in enumerate(addresses, 1)]


def test_a_user_is_called_by_the_first_part_of_the_address() -> None:
    people = name_people(users("office@cppcc.example", "zhengxie@yongzhou.example"), {})
    assert people.names == {1: "office", 2: "zhengxie"}
    assert people.numbers == {"office": 1, "zhengxie": 2}
    assert people.name_of(2) == people.name_of({"id": 2}) == "zhengxie"
    assert people.name_of(99) == "user-99"


def test_settings_say_otherwise_and_may_give_several_users_one_name() -> None:
    settings = {"Office@cppcc.example": "政协办", "b@x.example": "政协办"}
    people = name_people(users("office@cppcc.example", "b@x.example", "c@x.example"), settings)
    assert people.names == {1: "政协办", 2: "政协办", 3: "c"}
    assert people.numbers["政协办"] == 1


def test_equal_first_parts_and_impossible_names_give_whole_addresses() -> None:
    people = name_people(users("a@x.example", "A@y.example", "b@x.example", "", ".@x.example"), {"b@x.example": "a"})
    assert people.names == {1: "a@x.example", 2: "A@y.example", 3: "a", 4: "user-4", 5: "user-5"}


def test_who_comes_later_takes_nobodys_name_away() -> None:
    first = name_people(users("wang@x.example", "li@x.example"), {})
    later = name_people(users("wang@x.example", "li@x.example", "Wang@y.example", "li@y.example"), {})
    assert {number: later.names[number] for number in first.names} == first.names
    assert (later.names[3], later.names[4]) == ("Wang@y.example", "li@y.example")


def test_settings_that_name_nobody_are_faults(tmp_path: Path) -> None:
    with pytest.raises(FaultyData, match=r"nobody@x\.example"):
        name_people(users("a@x.example"), {"nobody@x.example": "A"}, "batch.toml")


def test_the_settings_of_a_batch_are_read_and_written(tmp_path: Path) -> None:
    batch = make_batch(tmp_path, studio={"li@x.example": "李 𠮷"})
    assert Batch.open(tmp_path, "pilot").studio == {"li@x.example": "李 𠮷"}
    file = batch.folder / "batch.toml"
    file.write_text(dump_settings(batch).replace("李 𠮷", "a/b"), encoding="utf-8")
    with pytest.raises(FaultyData, match="no possible author name"):
        Batch.open(tmp_path, "pilot")
    file.write_text('name = "pilot"\nschema = "cppcc_poverty"\n[studio]\n"a@x" = 3\n', encoding="utf-8")
    with pytest.raises(FaultyData, match="not an annotator's name"):
        Batch.open(tmp_path, "pilot")


@given(st.integers(1, 99), st.text(min_size=1), st.text(min_size=1), st.text(min_size=1))
def test_pushed_annotations_are_their_authors(project: int, doc_id: str, name: str, other: str) -> None:
    authors = Authorship(project, doc_id, People({1: "admin"}, {"admin": 1}, {1: ""}), (other, name))
    assert authors.name_of(import_id(project, doc_id, name), 1) == name
    assert authors.name_of(None, 1) == "admin"
    assert authors.name_of(import_id(project + 1, doc_id, name), 1) == "admin"
    assert 0 < import_id(project, doc_id, name) < 2**63
    assert unique_id(project, doc_id, name) == unique_id(project, doc_id, name)
