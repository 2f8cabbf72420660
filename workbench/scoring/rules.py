"""Counting rules: what is counted of each document, by name. A measure is a ratio of what one rule counts.

Rules are looked up by a key such as ("entity", "tally", "all"), so that measures that need the same counts share them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

from workbench.scoring import attributes, clusters, entities, frames, relations
from workbench.scoring.comparison import Comparison
from workbench.scoring.entities import Rows

RuleKey = tuple[str, ...]


class Rule(NamedTuple):
    """A way to count one document: the rows it gives, and the names of the numbers in each row."""

    key: RuleKey
    fields: tuple[str, ...]
    counting: Callable[[Comparison], Rows]


_SET = ("credit", "possible", "actual")
_BAG = ("gold_credit", "possible", "predicted_credit", "actual")
_SPANS: Mapping[str, Callable[[Comparison], Comparison]] = {
    "all": lambda comparison: comparison,
    "outermost": entities.outermost,
    "discontinuous": entities.discontinuous,
}


@cache
def rule(key: RuleKey) -> Rule:
    """The rule of a key.

    Raises:
        KeyError: there is no such rule.
    """
    name, *rest = key
    if name == "entity":
        return _entity_rule(key, *rest)
    if name in ("attribute", "value"):
        counter = {"attribute": attributes.attributes, "value": attributes.values}[name]
        return Rule(key, attributes.Agreement._fields, lambda comparison: counter(comparison, rest[0]))
    if name == "relation":
        return Rule(key, _SET, _relation_counter(*rest))
    if name == "coreference":
        return Rule(key, _BAG, lambda comparison: clusters.coreference(comparison, *rest))
    counters: Mapping[str, Callable[..., Rows]] = {
        "trigger": frames.triggers,
        "argument": frames.arguments,
        "frame": frames.whole_frames,
        "role_filler": frames.role_fillers,
    }
    fields = _SET if name == "role_filler" else _BAG
    return Rule(key, fields, lambda comparison: counters[name](comparison, *rest))


def _entity_rule(key: RuleKey, match: str, spans: str, threshold: str = "") -> Rule:
    restrict = _SPANS[spans]
    if match == "tally":
        return Rule(key, entities.Tally._fields, lambda comparison: entities.tally(restrict(comparison)))
    counters: Mapping[str, Callable[[Comparison], Rows]] = {
        "relaxed": entities.relaxed,
        "characters": entities.characters,
        "iou": lambda comparison: entities.overlapping(comparison, float(threshold)),
    }
    counter = counters[match]
    return Rule(key, _SET, lambda comparison: counter(restrict(comparison)))


def _relation_counter(match: str, alignment: str = "") -> Callable[[Comparison], Rows]:
    if match == "aligned":
        return lambda comparison: relations.aligned(comparison, alignment)
    counters = {
        "strict": relations.strict,
        "boundaries": relations.boundaries,
        "given_entities": relations.given_entities,
        "entity_level": relations.entity_level,
    }
    return counters[match]
