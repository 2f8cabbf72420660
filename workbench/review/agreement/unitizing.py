"""Gamma and alpha_U of entities over documents: which spans are units, and how documents become one number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from math import fsum, inf, sqrt
from typing import NamedTuple

import numpy as np

from workbench.core.text import Fragments
from workbench.review.agreement.alpha_u import OVERLAP, AlphaU, Unit, alpha_u, overlapping
from workbench.review.agreement.gamma import FULL, NO_DISORDER, NO_UNITS, Gamma, GammaSettings, gamma
from workbench.review.agreement.items import Continuum
from workbench.review.agreement.kappa import Coefficient
from workbench.scoring import resampling
from workbench.scoring.resampling import Interval, Settings, philox_key
from workbench.scoring.tables import Numbers

UNITS = (
    "units are entities of all types that are compared; a discontinuous entity is one unit from its first to its last "
    "code point"
)
GAMMA_COMBINED = (
    "documents together: 1 − Σ observed / Σ expected disorder, each document's times its mean number of units of an "
    "annotator; no unit is aligned or moved across documents, and each document's seed is made of the seed and its id"
)
ALPHA_U_COMBINED = (
    "documents together: texts, zones included, laid end to end in the order of their ids, as one continuum; its value "
    "is not the mean of the documents'"
)
ALPHA_U_WARNING = (
    "alpha_U does not say how well entities are found: a unit weighs by the square of its length, so that one long "
    "miss outweighs many short ones; a span that is too long can raise it; and it cannot represent nested or "
    "overlapping units of one type. Read it beside F1 and gamma"
)
_HIGHEST = (-inf, 1.0)


class PooledGamma(NamedTuple):
    """Gamma of all documents together, and of each.

    `observed` and `expected` are sums over documents as GAMMA_COMBINED says; `precision` is the relative half-width
    of the expected one's 95 % interval. None is undefined, and then `note` says why.
    """

    value: float | None
    interval: Interval
    observed: float
    expected: float
    precision: float | None
    settings: GammaSettings
    documents: Mapping[str, Gamma]
    discontinuous: int
    note: str = ""


class PooledAlphaU(NamedTuple):
    """Alpha_U of all documents laid end to end: joint, by type with intervals, and of each document alone.

    None is undefined, and then `note` (or that of the type) says why.
    """

    value: float | None
    interval: Interval
    by_type: Mapping[str, tuple[Coefficient, Interval]]
    documents: Mapping[str, AlphaU]
    discontinuous: int
    note: str = ""


def pooled_gamma(continua: Sequence[Continuum], wanted: GammaSettings, settings: Settings) -> PooledGamma:
    """Gamma of entities; see GAMMA_COMBINED. Documents without a gamma of their own are left out, which `note` says."""
    found = {one.doc_id: gamma(_units(one), _seeded(wanted, one.doc_id)) for one in continua}
    notes = [f"{doc_id} is left out: {one.note}" for doc_id, one in found.items() if one.observed is None and one.units]
    weight = {one.doc_id: sum(map(len, one.entities)) / max(len(one.entities), 1) for one in continua}
    counts = np.zeros((len(found), 2))
    errors = []
    for row, (doc_id, one) in zip(counts, found.items(), strict=True):
        if one.observed is not None and one.expected is not None:
            row[:] = one.observed * weight[doc_id], one.expected * weight[doc_id]
            errors.append(row[1] * (one.precision or 0.0))
    observed, expected = (fsum(column) for column in counts.T)
    interval = resampling.interval(counts, _gamma_of, list(found), bounds=_HIGHEST, settings=settings)
    value = interval.value
    if value is None and errors:
        value = None if observed else 1.0
        notes.insert(0, NO_DISORDER if observed else FULL)
    elif value is None:
        notes.insert(0, NO_UNITS if not any(weight.values()) else "no document has a gamma")
    precision = sqrt(fsum(error**2 for error in errors)) / expected if expected else None
    return PooledGamma(
        value, interval, observed, expected, precision, wanted, found, _discontinuous(continua), "; ".join(notes)
    )


def pooled_alpha_u(continua: Sequence[Continuum], names: Sequence[str], settings: Settings) -> PooledAlphaU:
    """Alpha_U of entities; see ALPHA_U_COMBINED and ALPHA_U_WARNING. `names` are those of the annotators."""
    documents = {one.doc_id: alpha_u(_units(one), one.length, names=names) for one in continua if one.length}
    overlaps = dict(_overlaps(continua, names))
    laid = _Laid(continua, overlaps)
    every = [1.0] * len(continua)
    unread = [one.doc_id for one in continua if not one.length]
    whole = AlphaU(None, None, None, {}, 0) if unread else laid.of(every)
    kinds: list[str | None] = [None, *whole.by_category]
    # there is no sum of counts behind it: each set of documents is laid end to end anew
    joint, *intervals = resampling.intervals(
        np.eye(len(continua)),
        [partial(laid.statistic, kind=kind) if not unread else _nowhere for kind in kinds],
        [one.doc_id for one in continua],
        method="jackknife-t",
        bounds=_HIGHEST,
        settings=settings,
    )
    found = dict(zip(whole.by_category, zip(whole.by_category.values(), intervals, strict=True), strict=True))
    found |= {kind: (_undefined(continua, kind, reason), joint) for kind, reason in overlaps.items()}
    note = whole.note
    if unread:
        note = f"the length of {', '.join(unread)} is not known, for its text is missing"
    elif overlaps:
        note = f"{OVERLAP}, and {len(overlaps)} of {len(found)} types have some: {', '.join(sorted(overlaps))}"
    return PooledAlphaU(joint.value, joint, dict(sorted(found.items())), documents, _discontinuous(continua), note)


class _Laid:
    """Documents that are laid end to end, any of them; types with overlaps make the joint value undefined."""

    def __init__(self, continua: Sequence[Continuum], overlaps: Mapping[str, str]) -> None:
        self._continua = continua
        self._overlaps = overlaps
        self._known: dict[tuple[float, ...], AlphaU] = {}

    def of(self, chosen: Sequence[float]) -> AlphaU:
        """Alpha_U of the documents whose number is not 0, without the types that have overlaps."""
        key = tuple(chosen)
        if key not in self._known:
            self._known[key] = self._made([one for one, times in zip(self._continua, key, strict=True) if times])
        return self._known[key]

    def _made(self, continua: Sequence[Continuum]) -> AlphaU:
        coders: list[list[Unit]] = [[] for _ in self._continua[0].entities] if self._continua else []
        start = 0
        for one in continua:
            for place, units in enumerate(_units(one)):
                coders[place] += [
                    Unit(start + unit.start, start + unit.end, unit.category)
                    for unit in units
                    if unit.category not in self._overlaps
                ]
            start += one.length or 0
        return alpha_u(coders, max(start, 1))

    def statistic(self, sums: Numbers, kind: str | None) -> Numbers:
        """The joint value (None) or that of a type, for sums of documents of shape (..., documents)."""
        flat = sums.reshape(-1, sums.shape[-1])
        values = [np.nan if (value := self._value(row, kind)) is None else value for row in flat.tolist()]
        return np.array(values, dtype=np.float64).reshape(sums.shape[:-1])

    def _value(self, chosen: Sequence[float], kind: str | None) -> float | None:
        found = self.of(chosen)
        if kind is None:
            return None if self._overlaps else found.value
        return found.by_category[kind].value if kind in found.by_category else None


def _units(continuum: Continuum) -> list[list[Unit]]:
    return [[Unit(span[0].start, span[-1].end, kind) for span, kind in items] for items in continuum.entities]


def _discontinuous(continua: Sequence[Continuum]) -> int:
    """How many entities of all annotators have several fragments."""
    spans: Iterator[Fragments] = (span for one in continua for items in one.entities for span, _ in items)
    return sum(len(span) > 1 for span in spans)


def _seeded(wanted: GammaSettings, doc_id: str) -> GammaSettings:
    """The settings with a seed of the document's own, so that documents are sampled independently of each other."""
    return wanted._replace(seed=int(philox_key(wanted.seed, doc_id)[0] % 2**32))


def _gamma_of(sums: Numbers) -> Numbers:
    made: Numbers = 1 - sums[..., 0] / np.where(sums[..., 1] > 0, sums[..., 1], np.nan)
    return made


def _nowhere(sums: Numbers) -> Numbers:
    return np.full(sums.shape[:-1], np.nan)


def _overlaps(continua: Sequence[Continuum], names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The types that an annotator has overlapping units of, and where the first are."""
    places: dict[str, list[str]] = defaultdict(list)
    for one in continua:
        for name, units in zip(names, _units(one), strict=True):
            for kind in {unit.category for unit in units}:
                found = overlapping(sorted(unit for unit in units if unit.category == kind))
                if found:
                    spans = " and ".join(f"{unit.start}–{unit.end}" for unit in found)
                    places[kind].append(f"{one.doc_id}, {name}: {spans}")
    for kind, where in places.items():
        others = f", and {len(where) - 1} more" if len(where) > 1 else ""
        yield kind, f"{OVERLAP}: {where[0]}{others}"


def _undefined(continua: Sequence[Continuum], kind: str, reason: str) -> Coefficient:
    units = sum(found == kind for one in continua for items in one.entities for _, found in items)
    return Coefficient(None, None, None, units, reason)
