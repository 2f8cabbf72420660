"""The agreement that a release reports: annotators with each other before adjudication, gold with each after it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from schemas import Schema
from workbench.core.records import AnnotatedDocument
from workbench.review.agreement.annotators import MEASURES, PairAgreement, Unitizing, agreement
from workbench.review.agreement.figures import Figure as Found
from workbench.review.agreement.figures import Rows
from workbench.review.agreement.items import Equal
from workbench.review.agreement.gamma import GammaSettings
from workbench.review.gold.manifest import DIGITS, Figure, PairFacts, RowFacts, Said
from workbench.scoring.selection import Selection


def agreement_of(
    passes: Mapping[str, Sequence[AnnotatedDocument]], gold: Sequence[AnnotatedDocument], name: str, schema: Schema
) -> tuple[PairFacts, ...]:
    """The agreement of every two annotators, with gamma; then of gold, which is called `name`, with each of them."""
    selection = Selection(known=schema)
    found = agreement({**passes, name: gold}, selection, added=(name,)).pairs
    pairs = [pair for pair in found if name in (pair.left, pair.right)]
    if len(pairs) < len(found):
        pairs = [*agreement(passes, selection, unitizing=Unitizing(GammaSettings())).pairs, *pairs]
    return tuple(map(_pair, pairs))


def _pair(pair: PairAgreement) -> PairFacts:
    boundaries, types, gamma = pair.boundaries, pair.entity_types, pair.gamma
    attributes: dict[str, list[Equal]] = defaultdict(list)
    for one in pair.attributes:
        attributes[one.owner].append(one.said)
    return PairFacts(
        left=pair.left,
        right=pair.right,
        documents=len(pair.score.doc_ids),
        measures={str(measure): _figure(pair.figures[measure]) for measure in MEASURES},
        gamma=_figure(Found(gamma.value, gamma.interval)) if gamma else None,
        types=Figure(value=_rounded(types.kappa.value)),
        coverage=_rounded(types.coverage),
        boundaries={
            side: round(getattr(boundaries, side) / boundaries.pairs, DIGITS)
            for side in ("start", "end", "both")
            if boundaries.pairs
        },
        attributes={owner: _said(said) for owner, said in sorted(attributes.items())},
        values={kind: _said([said]) for kind, said in sorted(pair.values.items())},
        layers=_rows(pair.layers),
        entities=_rows(pair.tables["by_type"]),
        relations=_rows(pair.tables["by_relation"]),
        frames=_rows(pair.tables["by_frame"]),
        arguments=_rows(pair.tables["by_role"]),
        notes=tuple(pair.notes),
    )


def _figure(found: Found) -> Figure:
    low, high = found.interval.low, found.interval.high
    return Figure(value=_rounded(found.value), low=_rounded(low), high=_rounded(high))


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, DIGITS)


def _said(parts: Iterable[Equal]) -> Said:
    found = list(parts)
    return Said(compared=sum(one.compared for one in found), equal=sum(one.equal for one in found))


def _rows(rows: Rows) -> dict[str, RowFacts]:
    """The main figure of every row."""
    main = {name: next(iter(row.values())) for name, row in rows.items() if row}
    return {
        name: RowFacts(f1=_rounded(row.figure.value), left=row.items[0], right=row.items[1])
        for name, row in main.items()
    }
