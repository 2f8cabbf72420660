"""Relation types between two entities, the likeliest first."""

from __future__ import annotations

from itertools import product

from tests.annotation.suggest.making import SCHEMA
from workbench.annotation.suggest import rank_relation_types


def test_all_admissible_types_in_either_direction_in_the_order_of_the_schema() -> None:
    assert rank_relation_types("LOC", "ORG", SCHEMA, {}) == [
        ("LOCATED_IN", False),
        ("ASSISTS", False),
        ("ESTABLISHES", True),
    ]
    assert rank_relation_types("TIME", "TIME", SCHEMA, {}) == []


def test_those_used_most_between_these_types_come_first() -> None:
    uses = {("ESTABLISHES", "LOC", "ORG"): 1, ("ASSISTS", "ORG", "LOC"): 2, ("LOCATED_IN", "PER", "LOC"): 9}
    assert [link.type for link in rank_relation_types("LOC", "ORG", SCHEMA, uses)] == [
        "ASSISTS",
        "ESTABLISHES",
        "LOCATED_IN",
    ]


def test_a_symmetric_type_stands_there_once() -> None:
    found = rank_relation_types("ORG", "ORG", SCHEMA, {})
    assert [link.forward for link in found if link.type == "COOPERATES_WITH"] == [True]
    assert [link.forward for link in found if link.type == "PART_OF"] == [True, False]


def test_what_is_ranked_is_what_is_admissible() -> None:
    types = [known.id for known in SCHEMA.entities]
    for head, tail in product(types, types):
        found = rank_relation_types(head, tail, SCHEMA, {})
        forward = [link.type for link in found if link.forward]
        backward = {link.type for link in found if not link.forward}
        assert forward == list(SCHEMA.relations_between(head, tail))
        assert backward <= set(SCHEMA.relations_between(tail, head))
