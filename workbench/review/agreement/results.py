"""What a comparison of annotators gives, and the same as plain JSON: undefined numbers are null and say why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from workbench.review.agreement.figures import ENTITY, MEASURES, RELATION, Figure, Row, Rows
from workbench.review.agreement.gamma import SAMPLER, GammaSettings
from workbench.review.agreement.items import AttributeAgreement, Boundaries, Equal, Types
from workbench.review.agreement.kappa import Coefficient
from workbench.review.agreement.unitizing import (
    ALPHA_U_COMBINED,
    ALPHA_U_WARNING,
    GAMMA_COMBINED,
    UNITS,
    PooledAlphaU,
    PooledGamma,
)
from workbench.scoring.measures import Measure
from workbench.scoring.report import interval_json
from workbench.scoring.resampling import Interval, Settings
from workbench.scoring.score import Score

MATRIX: tuple[Measure, ...] = (*ENTITY.values(), RELATION["strict"])
"""The measures of which every annotator is shown with every other."""


class Unitizing(NamedTuple):
    """Which measures of units are wanted besides: gamma with these settings (None: not), alpha_U."""

    gamma: GammaSettings | None = None
    alpha_u: bool = False


class PairAgreement(NamedTuple):
    """Two annotators: measures, tables by row, layers, and what they say of the items that both have.

    `tables` are those of `figures.TABLES`; `values` are by kind. `notes` say what was not compared.
    """

    left: str
    right: str
    score: Score
    signature: str
    figures: Mapping[Measure, Figure]
    layers: Rows
    tables: Mapping[str, Rows]
    entity_types: Types
    frame_types: Types
    boundaries: Boundaries
    attributes: Sequence[AttributeAgreement]
    values: Mapping[str, Equal]
    gamma: PooledGamma | None
    alpha_u: PooledAlphaU | None
    notes: Sequence[str]


class Joint(NamedTuple):
    """Gamma and alpha_U of three annotators or more, on the documents and layers that all have finished."""

    annotators: tuple[str, ...]
    documents: tuple[str, ...]
    gamma: PooledGamma | None
    alpha_u: PooledAlphaU | None


class Agreement(NamedTuple):
    """Everyone with everyone; `added` are those who are no annotators, such as gold.

    `mean` is over the pairs of annotators alone, and empty unless there are several; `joint` is None unless there are
    three annotators with a document in common. `apart` are the pairs without one.
    """

    annotators: tuple[str, ...]
    added: tuple[str, ...]
    pairs: tuple[PairAgreement, ...]
    apart: tuple[tuple[str, str], ...]
    mean: Mapping[Measure, Figure]
    joint: Joint | None
    settings: Settings

    @property
    def names(self) -> tuple[str, ...]:
        """All who are compared."""
        return (*self.annotators, *self.added)

    @property
    def of_annotators(self) -> tuple[PairAgreement, ...]:
        """The pairs that the mean is over."""
        return tuple(pair for pair in self.pairs if {pair.left, pair.right} <= {*self.annotators})

    def pair(self, one: str, other: str) -> PairAgreement | None:
        """The agreement of two, in either order; None when they have no document in common."""
        return next((pair for pair in self.pairs if {pair.left, pair.right} == {one, other}), None)

    def value(self, measure: Measure, one: str, other: str) -> float | None:
        """A measure's number for two, in either order; None where it is undefined."""
        pair = self.pair(one, other)
        return pair.figures[measure].value if pair else None


def to_json(found: Agreement) -> dict[str, Any]:
    """All of it as plain JSON: `pairs`, and for more than two names a `matrix` of each measure in MATRIX."""
    result: dict[str, Any] = {
        "annotators": list(found.annotators),
        "added": list(found.added),
        "pairs": [_pair(pair) for pair in found.pairs],
        "without_common_document": [list(names) for names in found.apart],
    }
    if len(found.names) > 2:
        result["matrix"] = {
            "names": list(found.names),
            "measures": {
                str(measure): [
                    [None if one == other else found.value(measure, one, other) for other in found.names]
                    for one in found.names
                ]
                for measure in MATRIX
            },
        }
    if found.mean:
        result["mean"] = {
            "over": [[pair.left, pair.right] for pair in found.of_annotators],
            "measures": {str(measure): _figure(figure) for measure, figure in found.mean.items()},
        }
    if found.joint:
        joint = found.joint
        result["joint"] = {
            "annotators": list(joint.annotators),
            "documents": len(joint.documents),
            "doc_ids": list(joint.documents),
            **_units(joint.gamma, joint.alpha_u),
        }
    result["statistics"] = {"unit": "document", **found.settings._asdict()}
    return result


def _pair(pair: PairAgreement) -> dict[str, Any]:
    boundaries = pair.boundaries
    return {
        "annotators": [pair.left, pair.right],
        "documents": len(pair.score.doc_ids),
        "doc_ids": list(pair.score.doc_ids),
        "signature": pair.signature,
        "notes": list(pair.notes),
        "measures": {str(measure): _figure(pair.figures[measure]) for measure in MEASURES},
        "by_layer": _rows(pair.layers),
        **{group: _rows(rows) for group, rows in pair.tables.items()},
        "types": {"entities": _types(pair.entity_types), "frames": _types(pair.frame_types)},
        "boundaries": {
            **{name: getattr(boundaries, name) for name in ("pairs", "start", "end", "both")},
            "offsets": [
                {"start": start, "end": end, "pairs": number} for (start, end), number in boundaries.offsets.items()
            ],
        },
        "attributes": [
            {
                "of": row.owner,
                "attribute": row.name,
                "types": list(row.types),
                **_equal(row.said),
                **_kappa(row.kappa),
            }
            for row in pair.attributes
        ],
        "values": {kind: _equal(equal) for kind, equal in pair.values.items()},
        **_units(pair.gamma, pair.alpha_u),
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {"value": figure.value, "interval": interval_json(figure.interval), "note": figure.note}


def _rows(rows: Rows) -> dict[str, Any]:
    return {name: {match: _row(row) for match, row in found.items()} for name, found in rows.items()}


def _row(row: Row) -> dict[str, Any]:
    """F1 of one row; what is right, and how many items there are, by annotator."""
    return {
        "f1": row.figure.value,
        "interval": interval_json(row.figure.interval),
        "note": row.figure.note,
        "right": {"left": row.credit[0], "right": row.credit[1]},
        "items": {"left": row.items[0], "right": row.items[1]},
    }


def _types(types: Types) -> dict[str, Any]:
    """Kappa of types; `items` are the pairs, which cover a share of all items of both."""
    left, right = types.items
    return {**_kappa(types.kappa), "coverage": types.coverage, "left": left, "right": right}


def _kappa(found: Coefficient) -> dict[str, Any]:
    return {
        "kappa": found.value,
        "observed": found.observed,
        "expected": found.expected,
        "items": found.items,
        "note": found.note,
    }


def _equal(equal: Equal) -> dict[str, Any]:
    return {**equal._asdict(), "share": equal.share}


def _units(gamma: PooledGamma | None, alpha_u: PooledAlphaU | None) -> dict[str, Any]:
    """What was asked for."""
    return {**({"gamma": _gamma(gamma)} if gamma else {}), **({"alpha_u": _alpha_u(alpha_u)} if alpha_u else {})}


def _gamma(found: PooledGamma) -> dict[str, Any]:
    return {
        **_with_interval(found.value, found.interval, found.note),
        "observed": found.observed,
        "expected": found.expected,
        "precision": found.precision,
        "settings": {"sampler": SAMPLER, **found.settings._asdict()},
        "units": UNITS,
        "discontinuous": found.discontinuous,
        "combined": GAMMA_COMBINED,
        "documents": {
            doc_id: {
                **{key: value for key, value in one._asdict().items() if key not in ("settings", "sampler")},
                "seed": one.settings.seed,
            }
            for doc_id, one in found.documents.items()
        },
    }


def _alpha_u(found: PooledAlphaU) -> dict[str, Any]:
    return {
        "warning": ALPHA_U_WARNING,
        **_with_interval(found.value, found.interval, found.note),
        "units": UNITS,
        "discontinuous": found.discontinuous,
        "combined": ALPHA_U_COMBINED,
        "by_type": {
            kind: {
                **_with_interval(one.value, interval, one.note),
                "observed": one.observed,
                "expected": one.expected,
                "items": one.items,
            }
            for kind, (one, interval) in found.by_type.items()
        },
        "documents": {
            doc_id: {
                **{key: value for key, value in one._asdict().items() if key != "by_category"},
                "by_type": {kind: own._asdict() for kind, own in one.by_category.items()},
            }
            for doc_id, one in found.documents.items()
        },
    }


def _with_interval(value: float | None, interval: Interval, note: str) -> dict[str, Any]:
    return {"value": value, "interval": interval_json(interval), "note": note}
