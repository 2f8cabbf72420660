"""Several systems against one gold: paired tests over documents, and what changed from one system to another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from workbench.core.errors import UsageMistake
from workbench.core.text import Fragments, surface
from workbench.scoring.collection import Compared
from workbench.scoring.items import Items
from workbench.scoring.measures import Measure
from workbench.scoring.resampling import DEFAULTS, Settings
from workbench.scoring.score import Score
from workbench.scoring.significance import (
    DetectableEffect,
    PairedTest,
    holm,
    minimum_detectable_effect,
    paired_test,
)


class Difference(NamedTuple):
    """Two systems under one measure: the test of their difference, its p after correction, and what could be seen."""

    measure: Measure
    left: str
    right: str
    test: PairedTest
    adjusted: float | None
    detectable: DetectableEffect


def differences(
    scores: Mapping[str, Score], measures: Sequence[Measure], settings: Settings = DEFAULTS
) -> tuple[Difference, ...]:
    """Test every two systems under every measure; the p values of all of them are one family (Holm 1979).

    Raises:
        UsageMistake: the systems were scored on different documents.
    """
    made = [
        (measure, left, right, *_test(measure, scores[left], scores[right], settings))
        for measure in measures
        for left, right in combinations(scores, 2)
    ]
    adjusted = holm([test.p for _, _, _, test, _ in made])
    return tuple(
        Difference(measure, left, right, test, p, detectable)
        for (measure, left, right, test, detectable), p in zip(made, adjusted, strict=True)
    )


def _test(measure: Measure, left: Score, right: Score, settings: Settings) -> tuple[PairedTest, DetectableEffect]:
    if left.doc_ids != right.doc_ids:
        odd = sorted(set(left.doc_ids) ^ set(right.doc_ids))
        raise UsageMistake(
            f"the systems were scored on different documents ({', '.join(odd[:3])}{' …' if len(odd) > 3 else ''}); "
            "choose those that all have with --documents"
        )
    one, other = left.vectors(measure), right.vectors(measure)
    arrays = one.vectors, other.vectors
    test = paired_test(*arrays, one.statistic, left.doc_ids, seed=settings.seed, draws=settings.draws)
    alpha = 1 - settings.level
    if test.smallest_p > alpha + 1e-12:
        return test, DetectableEffect(None, f"no difference can be seen at p ≤ {alpha:.2g} with so few documents")
    return test, minimum_detectable_effect(*arrays, one.statistic, left.doc_ids, alpha=alpha)


def beaten(system: str, measure: Measure, found: Sequence[Difference], alpha: float) -> tuple[str, ...]:
    """The systems that this one beats: p after correction is at most `alpha`, and could be with so many documents."""
    worse = []
    for difference in found:
        if difference.measure != measure or system not in (difference.left, difference.right):
            continue
        test = difference.test
        if difference.adjusted is None or test.difference is None or test.smallest_p > alpha:
            continue
        ahead = test.difference if system == difference.left else -test.difference
        if ahead > 0 and difference.adjusted <= alpha:
            worse.append(difference.right if system == difference.left else difference.left)
    return tuple(worse)


class Item(NamedTuple):
    """An entity or relation by value: of an entity the fragments, of a relation those of head and tail."""

    doc_id: str
    layer: str
    type: str
    fragments: tuple[Fragments, ...]
    text: str


class Mistakes:
    """What one system gets wrong: gold items that it does not have exactly, and predictions that gold has not.

    Give `observe` to `score_sources`. Memory grows with the mistakes.
    """

    def __init__(self) -> None:
        self.wrong: set[Item] = set()
        self.spurious: set[Item] = set()

    def observe(self, compared: Compared) -> None:
        """Note the mistakes of one document."""
        comparison = compared.comparison
        sides = (comparison.gold, comparison.predicted)
        gold, predicted = (set(_items(compared, items)) for items in sides)
        wanted = _scored(compared, gold, comparison.gold, comparison.optional)
        found = _scored(compared, predicted, comparison.predicted, comparison.excused)
        self.wrong |= wanted - predicted
        self.spurious |= found - gold


class Changes(NamedTuple):
    """What one system has and another has not, each sorted by document and place.

    `fixed` gold items only the later system has, `broken` ones only the earlier, `still_wrong` neither. `new` and
    `gone` are predictions that gold has not, of the later and of the earlier system alone.
    """

    left: str
    right: str
    fixed: tuple[Item, ...]
    broken: tuple[Item, ...]
    still_wrong: tuple[Item, ...]
    new: tuple[Item, ...]
    gone: tuple[Item, ...]


def changes(mistakes: Mapping[str, Mistakes]) -> Iterator[Changes]:
    """What changed from the first system to each of the others."""
    first, *others = mistakes
    before = mistakes[first]
    for name in others:
        after = mistakes[name]
        yield Changes(
            first,
            name,
            tuple(sorted(before.wrong - after.wrong)),
            tuple(sorted(after.wrong - before.wrong)),
            tuple(sorted(before.wrong & after.wrong)),
            tuple(sorted(after.spurious - before.spurious)),
            tuple(sorted(before.spurious - after.spurious)),
        )


def _items(compared: Compared, items: Items) -> Iterator[Item]:
    """Every entity and relation of a side, by value."""
    doc_id, text = compared.comparison.doc_id, compared.text
    symmetric = compared.comparison.selection.symmetric

    def words(fragments: Fragments) -> str:
        return surface(text, fragments) if text is not None else ""

    for item in items.labelled:
        yield Item(doc_id, "entity", item.type, (item.fragments,), words(item.fragments))
    for kind, head, tail, _ in items.relations:
        ends = [items.labelled[head], items.labelled[tail]]
        if kind in symmetric:
            ends.sort()
        shown = " → ".join(f"{words(end.fragments)} {end.type}".strip() for end in ends)
        yield Item(doc_id, "relation", kind, tuple(end.fragments for end in ends), shown)


def _scored(compared: Compared, found: set[Item], items: Items, left_out: frozenset[int]) -> set[Item]:
    """The items that measures count."""
    comparison = compared.comparison
    counted = {(item.type, (item.fragments,)) for index, item in enumerate(items.labelled) if index not in left_out}
    return {
        item
        for item in found
        if (
            comparison.scores_relation(item.type)
            if item.layer == "relation"
            else comparison.scores_entity(item.type) and (item.type, item.fragments) in counted
        )
    }


def to_json(
    results: Mapping[str, Mapping[str, Any]],
    found: Sequence[Difference],
    changed: Sequence[Changes],
    settings: Settings = DEFAULTS,
) -> dict[str, Any]:
    """The whole comparison as plain JSON: `systems` holds the result of each (see `report.to_json`)."""
    return {
        "systems": results,
        "differences": [
            {
                "measure": str(one.measure),
                "left": one.left,
                "right": one.right,
                "difference": one.test.difference,
                "p": one.test.p,
                "p_holm": one.adjusted,
                "smallest_p": one.test.smallest_p,
                "method": one.test.method,
                "draws": one.test.draws,
                "detectable": one.detectable.effect,
                "notes": [note for note in (one.test.note, one.detectable.note) if note],
            }
            for one in found
        ],
        "changes": [
            {
                "from": one.left,
                "to": one.right,
                **{
                    name: [{**item._asdict(), "fragments": [list(part) for part in item.fragments]} for item in items]
                    for name, items in one._asdict().items()
                    if name not in ("left", "right")
                },
            }
            for one in changed
        ],
        "test": signature_of_tests(found, settings),
    }


def signature_of_tests(found: Sequence[Difference], settings: Settings) -> str:
    """How differences were tested, in the manner of a score's signature."""
    methods = "+".join(sorted({one.test.method for one in found})) or "none"
    family = sum(one.test.p is not None for one in found)
    drawn = f"draws:{settings.draws}|seed:{settings.seed}"
    return f"unit:document|test:{methods}|sides:two|{drawn}|correction:holm of {family}"
