"""Agreement of annotators: worked by hand, the same from both sides, and on the real passes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.cli.test_bad_input import refused, run
from tests.scoring.documents import document
from tests.scoring.test_laws import pairs
from workbench.core.errors import UsageMistake
from workbench.core.records import AnnotatedDocument
from workbench.core.schema import open_schema
from workbench.review.agreement import MEASURES, PairAgreement, agreement, to_json
from workbench.scoring.measures import parse
from workbench.scoring.selection import Policies, Selection

ROOT = Path(__file__).parent.parent.parent
SELECTION = Selection(known=open_schema(), policies=Policies(missing_documents="skip"))


def agreed(left: list[AnnotatedDocument], right: list[AnnotatedDocument], known: bool = True) -> PairAgreement:
    selection = SELECTION if known else Selection(policies=Policies(missing_documents="skip"))
    (found,) = agreement({"A": left, "B": right}, selection)
    return found


def test_agreement_by_hand() -> None:
    """Four entities of A, four of B: one equal, one of another type, one two code points shorter, one alone each."""
    left = document([(0, 5, "ORG"), (7, 10, "LOC"), (10, 14, "LOC"), (20, 22, "PER")])
    right = document([(0, 5, "ORG"), (7, 10, "ORG"), (12, 14, "LOC"), (30, 32, "PER")])
    found = agreed([left], [right])
    assert found.score.value(parse("entity_f1(match=strict)")).value == 0.25
    assert found.score.value(parse("entity_f1(match=type)")).value == 0.5
    # types of the three pairs: (ORG, ORG), (LOC, ORG), (LOC, LOC): observed 2/3, expected (1·2 + 2·1) / 9 = 4/9
    assert found.types.value == pytest.approx((2 / 3 - 4 / 9) / (1 - 4 / 9))
    assert found.coverage == pytest.approx(6 / 8)
    assert found.boundaries[:4] == (3, 2, 3, 2)
    assert dict(found.boundaries.offsets) == {(0, 0): 2, (2, 0): 1}


def test_attributes_and_values_of_equal_entities() -> None:
    """What one says and the other does not is no agreement; what neither says is not compared."""
    money = {"value": {"kind": "money", "value": 2100000}}
    left = document([(0, 5, "ORG", {"attributes": {"mention": "NAM"}}), (7, 10, "ORG"), (18, 23, "MONEY", money)])
    right = document(
        [
            (0, 5, "ORG", {"attributes": {"mention": "NAM"}}),
            (7, 10, "ORG", {"attributes": {"mention": "NOM"}}),
            (18, 23, "MONEY", money),
        ]
    )
    found = agreed([left], [right])
    assert found.attributes["mention"] == (2, 1)
    assert found.values["money"].share == 1.0


def test_optional_mentions_count() -> None:
    """Annotators are compared on everything they annotate."""
    nominal = document([(0, 5, "ORG", {"attributes": {"mention": "NOM"}})])
    assert agreed([nominal], [document()]).score.counts(parse("entity_f1")).gold.total == 1


def test_only_documents_and_layers_that_both_have_finished() -> None:
    """A layer that one has not finished is not compared; a document of one alone is left out."""
    items = [(0, 5, "ORG"), (18, 23, "MONEY")]
    left = [document(items), document(items, doc_id="d2")]
    found = agreed(left, [document(items[:1], finished_layers=("mention",))])
    assert found.score.doc_ids == ("d1",)
    assert found.score.value(parse("entity_f1(match=strict)")).value == 1.0
    assert found.items == (1, 1)


def test_nothing_to_compare() -> None:
    """One annotator, and two without a common document, are mistakes; two empty annotations are undefined."""
    with pytest.raises(UsageMistake, match="needs two annotators"):
        agreement({"A": [document()]}, SELECTION)
    with pytest.raises(UsageMistake, match="A and B have no document in common"):
        agreed([document()], [document(doc_id="d2")])
    found = agreed([document()], [document()])
    assert found.coverage is None
    assert found.types.value is None
    assert found.types.note
    assert json.loads(json.dumps(to_json(found)))["measures"]["entity_f1(match=strict)"]["value"] is None


@settings(max_examples=40)
@given(pairs())
def test_neither_side_is_the_right_one(sides: tuple[AnnotatedDocument, AnnotatedDocument]) -> None:
    """Exchanging the annotators keeps every number."""
    one, other = agreed([sides[0]], [sides[1]], known=False), agreed([sides[1]], [sides[0]], known=False)
    for measure in MEASURES:
        if measure.family != "coreference":  # undefined when the first has no cluster anywhere
            mine, theirs = one.score.value(measure).value, other.score.value(measure).value
            assert mine == (None if theirs is None else pytest.approx(theirs)), str(measure)
    assert (one.types, one.coverage) == (other.types, other.coverage)
    assert one.boundaries[:4] == other.boundaries[:4]
    assert (one.attributes, one.values) == (other.attributes, other.values)


def test_the_pilot_at_the_command_line(tmp_path: Path) -> None:
    """The two real passes: a table, the same numbers as JSON, and mistakes that are named."""
    ran = run(ROOT, "agree", "tasks/pilot")
    assert "A and B, 5 documents" in ran.stdout
    assert "kappa 0.979" in ran.stdout
    (printed,) = json.loads(run(ROOT, "agree", "tasks/pilot", "--json").stdout)
    assert printed["annotators"] == ["A", "B"]
    assert printed["measures"]["entity_f1(match=strict)"]["value"] == pytest.approx(0.9049, abs=5e-5)
    assert printed["boundaries"]["pairs"] == printed["types"]["pairs"] == 1162
    refused(tmp_path, 2, "tasks/nothing", "agree", "tasks/nothing")
