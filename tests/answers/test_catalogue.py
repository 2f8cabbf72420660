"""All tables: every column explained and filled, every argument in its row, lists and types as said."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from tests.answers.built import entity, report
from tests.answers.pilot import pilot
from workbench.answers.catalogue import TABLES, chosen, make_rows, table_frame, table_of
from workbench.answers.columns import USUAL, Column, complete
from workbench.answers.exporting import KINDS, columns_of
from workbench.answers.items import ATTRIBUTES
from workbench.core.errors import UsageMistake
from workbench.core.schema import open_schema

ROLES = {
    "ASSIST": {"count": "occasions"},
    "VISIT": {"count": "occasions"},
    "ADVISE": {"count": "occasions", "doc": "paper", "doc_count": "paper_count"},
    "DISPATCH": {"count": "dispatched_count", "role": "post"},
}
"""Roles whose column has another name."""

FRAME_TABLES = {"ASSIST": "assistance", "VISIT": "visits", "ADVISE": "advice", "DISPATCH": "dispatches"}


@pytest.mark.parametrize("name", KINDS)
def test_every_column_is_explained(name: str) -> None:
    """Names are unique and in snake case; a meaning is a sentence."""
    columns = columns_of(name)
    assert len({column.name for column in columns}) == len(columns)
    for column in columns:
        assert re.fullmatch("[a-z][a-z0-9_]*", column.name)
        assert re.search(r"[.:…]$", column.meaning), column


@pytest.mark.parametrize("name", TABLES)
def test_cells_are_of_their_column_s_kind(name: str) -> None:
    """Every row has every column; lists are lists, texts are not empty, numbers are numbers."""
    table = TABLES[name]
    kinds = {"text": str, "integer": int, "number": int | float, "truth": bool, "texts": list, "numbers": list}
    rows = list(make_rows(table, pilot()))
    assert rows
    for row in rows:
        assert list(row) == [column.name for column in table.columns]
        for column in table.columns:
            cell = row[column.name]
            assert cell is None or (isinstance(cell, kinds[column.kind]) and cell != ""), (column, cell)
            if column.kind in ("texts", "numbers"):
                assert all(
                    part is None or isinstance(part, str if column.kind == "texts" else int | float) for part in cell
                )
    assert set(table.glance) <= {column.name for column in table.columns}


@pytest.mark.parametrize("name", TABLES)
def test_lists_that_belong_together_are_of_one_length(name: str) -> None:
    """`role`, `role_text`, `role_code` … are parallel."""
    table = TABLES[name]
    lists = {column.name for column in table.columns if column.kind in ("texts", "numbers")}
    ends = (
        "text|type|affiliation|class|number|number_max|unit|per|of|level|code|code_revision|code_of|modifier|kind|time"
    )
    stems = {column: re.sub(f"_({ends})$", "", column) for column in lists}
    for row in make_rows(table, pilot()):
        for column, stem in stems.items():
            assert stem not in lists or len(row[column]) == len(row[stem]), (name, column, stem)


@pytest.mark.parametrize(("kind", "name"), FRAME_TABLES.items())
def test_every_role_has_its_column(kind: str, name: str) -> None:
    """All roles of the schema's frames, and every filler of the pilot's."""
    columns = {column.name for column in TABLES[name].columns}
    for role in open_schema().frame_types[kind].roles:
        assert ROLES[kind].get(role, role) in columns
    for made in pilot():
        rows = {row["frame"]: row for row in TABLES[name].rows(made, USUAL)}
        assert list(rows) == [frame.id for frame in made.of_kind(kind)]
        for frame in made.of_kind(kind):
            for filler in frame.arguments:
                column = ROLES[kind].get(filler.role, filler.role)
                thing = made.thing(made.annotation.entity_by_id[filler.entity])
                said = {made.surface(mention) for mention in thing.mentions} | {thing.name}
                if column == "time":
                    column = "time_text"
                assert said & set(rows[frame.id][column]), (made.doc_id, frame.id, filler)


def test_every_attribute_of_the_schema_has_its_column() -> None:
    """Attributes of entities stand in a column of the table of entities."""
    schema = open_schema()
    known = {name for kind in schema.entities for name in kind.attributes}
    assert known - set(ATTRIBUTES) == {"canonical", "per"}
    assert set(ATTRIBUTES) <= known
    made = report("政协", [entity("政协", "O", "ORG", "政协", decision="D7", org_type="cppcc")])
    (row,) = table_of("entities").rows(made, USUAL)
    assert (row["org_type"], row["other_attributes"]) == ("cppcc", ["decision=D7"])


def test_a_data_frame_of_every_table() -> None:
    """Nullable columns whose types do not depend on the rows; sums of money columns are the sums of amounts."""
    for name, table in TABLES.items():
        empty, full = table_frame(name, []), table_frame(name, pilot())
        assert list(full.columns) == [column.name for column in table.columns]
        assert (empty.dtypes == full.dtypes).all()
        assert len(empty) == 0
    frame = table_frame("assistance", pilot())
    amounts = table_frame("amounts", pilot())
    for name in ("given", "brokered", "goods", "total", "planned"):
        counted = amounts[amounts["counted_as"] == name]["yuan"].sum()
        assert frame[f"{name}_yuan"].sum() == counted
    assert isinstance(frame, pd.DataFrame)


def test_single_deeds_and_totals_of_the_pilot() -> None:
    """The sums of section 9.2 of the design: twelve deeds of at least 10 728 000 yuan, two totals apart."""
    amounts = table_frame("amounts", pilot())
    single = amounts[amounts["counted_as"].isin(["given", "brokered", "goods"])]
    assert (len(single), single["yuan"].sum()) == (12, 10_728_000)
    assert single[single["counted_as"] == "goods"]["yuan"].max() == 5_400_000
    totals = amounts[amounts["counted_as"] == "total"]
    assert totals["text"].tolist() == ["10余万元", "20余万元"]
    assert totals["yuan_max"].isna().all()


def test_chosen_columns() -> None:
    """In the order asked for; a typo names the nearest, a stranger where they are listed."""
    columns = table_of("assistance").columns
    assert [column.name for column in chosen(columns, ("place", "helper", "place"))] == ["place", "helper"]
    with pytest.raises(UsageMistake, match="no column 'helpr'; did you mean 'helper'") as raised:
        chosen(columns, ("helpr", "zzz"))
    assert "no column 'zzz'; --columns lists them" in str(raised.value)
    with pytest.raises(UsageMistake, match="did you mean 'assistance'"):
        table_of("assistence")


def test_a_row_without_a_column_is_a_mistake_of_the_program() -> None:
    """Cells and columns are the same names."""
    with pytest.raises(LookupError, match="b"):
        complete({"a": 1}, (Column("a", "integer", ""), Column("b", "text", "")))
