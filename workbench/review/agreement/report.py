"""Agreement as tables, which the terminal prints, and as one HTML page that shows the same tables with plots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from workbench.review.agreement.figures import MEASURES, TABLES, Figure, Row, reasons
from workbench.review.agreement.gamma import SAMPLER
from workbench.review.agreement.items import AttributeAgreement, Types
from workbench.review.agreement.kappa import Coefficient
from workbench.review.agreement.results import MATRIX, Agreement, PairAgreement
from workbench.review.agreement.unitizing import (
    ALPHA_U_COMBINED,
    ALPHA_U_WARNING,
    GAMMA_COMBINED,
    UNITS,
    PooledAlphaU,
    PooledGamma,
)
from workbench.scoring.measures import Measure
from workbench.scoring.report import interval_json, interval_text, percent
from workbench.scoring.resampling import Interval

TITLES: Mapping[str, str] = {
    "by_type": "entity type",
    "by_relation": "relation type",
    "by_frame": "frame type",
    "by_role": "role",
}
MOST_OFFSETS = 12
"""Offsets of boundaries that are shown; JSON has all."""
_INTERVAL = "95 %"
_TOGETHER = "all documents"


class Line(NamedTuple):
    """A row of a table; with `plot`, value and limits of the number that is drawn (None: none)."""

    cells: tuple[str, ...]
    plot: tuple[float | None, float | None, float | None] | None = None


class Table(NamedTuple):
    """The first `names` columns are words, the others numbers; `notes` explain what is missing or must be known."""

    title: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    names: int = 1


class Section(NamedTuple):
    """A heading, what must be read first, and tables."""

    title: str
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()
    signature: str = ""


def sections(found: Agreement) -> Iterator[Section]:
    """Everyone with everyone (more than two), each pair, and gamma and alpha_U of all annotators."""
    if len(found.names) > 2:
        yield _everyone(found)
    for pair in found.pairs:
        yield _pair(pair)
    if found.joint is not None:
        joint = found.joint
        title = f"{', '.join(joint.annotators[:-1])} and {joint.annotators[-1]} together, {_documents(joint.documents)}"
        yield Section(title, (*_gamma(joint.gamma), *_alpha_u(joint.alpha_u)))


def render_page(found: Agreement) -> str:
    """The page; the same agreement gives the same bytes."""
    from workbench.scoring.page import chinese_names
    from workbench.scoring.standalone import render

    known = found.pairs[0].score.selection.known
    content: dict[str, Any] = {
        "names": found.names,
        "cards": [_card(pair) for pair in found.pairs[:8]],
        "sections": list(sections(found)),
        "chinese": chinese_names(known),
        "language": known.language if known else "zh",
        "interval": _INTERVAL,
    }
    return render("agreement.html.j2", content, ("sort.js",), package="workbench.review")


def _card(pair: PairAgreement) -> dict[str, Any]:
    strict, *_, relations = (pair.figures[measure] for measure in MATRIX)
    return {
        "title": f"{pair.left} and {pair.right}",
        "f1": strict.value,
        "interval": _interval(strict.interval),
        "relations": relations.value,
        "kappa": _three(pair.entity_types.kappa.value),
        "documents": _documents(pair.score.doc_ids),
    }


def _everyone(found: Agreement) -> Section:
    """A matrix for each of a few measures, and the mean over pairs of annotators."""
    tables = [
        Table(
            str(measure),
            (str(measure), *(name.rjust(6) for name in found.names)),
            tuple(
                Line((one, *(_cell(found, measure, one, other).rjust(6) for other in found.names)))
                for one in found.names
            ),
        )
        for measure in MATRIX
    ]
    if found.mean:
        title = f"mean over the pairs of {', '.join(found.annotators)}"
        tables.append(_measures(title, found.mean))
    elif found.added:
        tables[-1] = tables[-1]._replace(notes=("no mean over pairs: the annotators are only one pair, or none",))
    notes = tuple(f"{one} and {other} have no document in common" for one, other in found.apart)
    return Section(f"{', '.join(found.names)}: every two", tuple(tables), notes)


def _cell(found: Agreement, measure: Measure, one: str, other: str) -> str:
    return "–" if one == other else percent(found.value(measure, one, other))


def _pair(pair: PairAgreement) -> Section:
    tables = [
        _measures("measures", pair.figures),
        _layers(pair),
        _kappas(pair),
        *_boundaries(pair),
        *_attributes(pair.attributes),
        *_values(pair),
        *(_rows(pair, group) for group in TABLES if pair.tables[group]),
        *_gamma(pair.gamma),
        *_alpha_u(pair.alpha_u),
    ]
    title = f"{pair.left} and {pair.right}, {_documents(pair.score.doc_ids)}"
    return Section(title, tuple(tables), tuple(pair.notes), pair.signature)


def _measures(title: str, figures: Mapping[Measure, Figure]) -> Table:
    lines = (
        Line(
            (str(measure), percent(figures[measure].value), _interval(figures[measure].interval)),
            _plot(figures[measure]),
        )
        for measure in MEASURES
    )
    notes = [*_method(figures), *reasons({str(measure): figure for measure, figure in figures.items()})]
    return Table(title, ("measure", "value", _INTERVAL), tuple(lines), tuple(notes))


def _method(figures: Mapping[Measure, Figure]) -> Iterator[str]:
    """How intervals were made."""
    given = [figure.interval for figure in figures.values() if figure.interval.low is not None]
    for method, documents in dict.fromkeys((one.method, one.documents) for one in given):
        yield f"95 %: {method} over {documents} documents"


def _layers(pair: PairAgreement) -> Table:
    lines, named = [], {}
    for layer, rows in pair.layers.items():
        for match, row in rows.items():
            words = match.replace("_", " ")
            named[f"{layer} {words}"] = row.figure
            lines.append(Line((layer, words, *_main(row)), _plot(row.figure)))
    columns = ("layer", "right when", "F1", _INTERVAL, "both", pair.left, pair.right)
    return Table("F1 by layer", columns, tuple(lines), tuple(reasons(named)), names=2)


def _rows(pair: PairAgreement, group: str) -> Table:
    """A table by type or role: its main figure with interval and counts, and the others."""
    matches = list(TABLES[group])
    shown = [match.removeprefix("trigger_").removeprefix("argument_").replace("_", " ") for match in matches]
    lines: list[Line] = []
    main: dict[str, Figure] = {}
    others: dict[str, dict[str, Figure]] = {match: {} for match in shown[1:]}
    for name, rows in pair.tables[group].items():
        first, *rest = (rows[match] for match in matches)
        main[name] = first.figure
        for match, row in zip(shown[1:], rest, strict=True):
            others[match][name] = row.figure
        f1, interval, *counts = _main(first)
        cells = (name, f1, interval, *(percent(row.figure.value) for row in rest), *counts)
        lines.append(Line(cells, _plot(first.figure)))
    columns = (TITLES[group], shown[0], _INTERVAL, *shown[1:], "both", pair.left, pair.right)
    notes = [*reasons(main)]
    for match, figures in others.items():
        notes += [f"{match}: {line}" for line in reasons(figures, intervals=False)]
    return Table(f"F1 by {TITLES[group]}", columns, tuple(lines), tuple(notes))


def _main(row: Row) -> tuple[str, ...]:
    """F1, interval, what both have, and the items of each."""
    left, right = (f"{credit:g}" for credit in row.credit)
    both = left if left == right else f"{left}/{right}"
    return percent(row.figure.value), _interval(row.figure.interval), both, str(row.items[0]), str(row.items[1])


def _kappas(pair: PairAgreement) -> Table:
    """Kappa of types on what both have, with the share of all items that it sees."""
    found: Mapping[str, Types] = {
        "overlapping entities": pair.entity_types,
        "frames of equal trigger": pair.frame_types,
    }
    lines = (
        Line((name, _three(one.kappa.value), percent(one.kappa.observed), str(one.kappa.items), percent(one.coverage)))
        for name, one in found.items()
    )
    notes = _kappa_notes({name: one.kappa for name, one in found.items()})
    columns = ("types of what both have", "kappa", "% equal", "pairs", "% of items in a pair")
    return Table(columns[0], columns, tuple(lines), tuple(notes))


def _kappa_notes(found: Mapping[str, Coefficient]) -> Iterator[str]:
    return _reasons({name: f"kappa n/a: {one.note}" if one.value is None else one.note for name, one in found.items()})


def _boundaries(pair: PairAgreement) -> Iterator[Table]:
    found, pairs = pair.boundaries, pair.boundaries.pairs
    if not pairs:
        return
    shares = (("start", found.start), ("end", found.end), ("whole span", found.both))
    lines = (Line((name, percent(number / pairs), str(number))) for name, number in shares)
    yield Table(f"boundaries of {pairs} overlapping entities", ("equal", "%", "pairs"), tuple(lines))
    unequal = [(where, number) for where, number in found.offsets.items() if where != (0, 0)]
    if unequal:
        columns = (f"{pair.right} starts later by", "ends later by", "pairs", "%")
        rows = (Line((str(start), str(end), str(n), percent(n / pairs))) for (start, end), n in unequal[:MOST_OFFSETS])
        left_out = sum(number for _, number in unequal[MOST_OFFSETS:])
        notes = ("offsets in code points; less than 0 is earlier", *([f"{left_out} more pairs"] if left_out else []))
        yield Table("offsets of boundaries that differ", columns, tuple(rows), notes, names=0)


def _attributes(found: Sequence[AttributeAgreement]) -> Iterator[Table]:
    if not found:
        return
    lines = (
        Line(
            (
                *(row.name, " ".join(row.types), percent(row.said.share), str(row.said.compared)),
                *(_three(row.kappa.value), str(row.kappa.items)),
            )
        )
        for row in found
    )
    notes = [
        "% equal: of items that both have and of which at least one says something; kappa: of all that may have the "
        "attribute, where saying nothing is a category",
        *_kappa_notes({f"{row.name} ({' '.join(row.types)})": row.kappa for row in found}),
    ]
    columns = ("attribute", "of", "% equal", "compared", "kappa", "items")
    yield Table("attributes of what both have", columns, tuple(lines), tuple(notes), names=2)


def _values(pair: PairAgreement) -> Iterator[Table]:
    if pair.values:
        lines = (Line((kind, percent(one.share), str(one.compared))) for kind, one in pair.values.items())
        notes = ("no kappa: values have no fixed categories",)
        yield Table("values of equal entities", ("value", "% equal", "compared"), tuple(lines), notes)


def _gamma(found: PooledGamma | None) -> Iterator[Table]:
    if found is None:
        return
    used = found.settings
    lines = [
        Line(
            (
                *(doc_id, _three(one.value), _three(one.observed), _three(one.expected), percent(one.precision)),
                *(str(one.samples), str(one.units), str(one.settings.seed)),
            )
        )
        for doc_id, one in found.documents.items()
    ]
    units = sum(one.units for one in found.documents.values())
    samples = sum(one.samples for one in found.documents.values())
    whole = (_three(found.value), _three(found.observed), _three(found.expected), percent(found.precision))
    lines.append(Line((_TOGETHER, *whole, str(samples), str(units), str(used.seed))))
    interval = f"{found.interval.method} over {found.interval.documents} documents"
    wanted = "as it comes" if used.precision is None else f"to be within {percent(used.precision)} % at 95 %"
    notes = [
        f"{_TOGETHER}: 95 % {_decimals(found.interval)}, {found.interval.note or interval}",
        f"alpha {used.alpha:g}, beta {used.beta:g}, delta_empty {used.delta_empty:g}; observed disorder exact; "
        f"expected disorder from {used.samples} samples or more {wanted}, at most {used.most_samples}; sampler "
        f"{SAMPLER}, seed {used.seed}; ± is the half-width of the expected disorder's 95 % interval",
        *_units(found.discontinuous),
        GAMMA_COMBINED,
        *_reasons({doc_id: one.note for doc_id, one in found.documents.items()} | {_TOGETHER: found.note}),
    ]
    columns = ("gamma of document", "gamma", "observed", "expected", "± %", "samples", "units", "seed")
    yield Table("gamma", columns, tuple(lines), tuple(notes))


def _alpha_u(found: PooledAlphaU | None) -> Iterator[Table]:
    if found is None:
        return
    rows = [(kind, one.value, interval, one.items) for kind, (one, interval) in found.by_type.items()]
    units = sum(items for *_, items in rows)
    lines = [Line((kind, _three(value), _decimals(interval), str(n))) for kind, value, interval, n in rows]
    intervals = {kind: one for kind, value, one, _ in (*rows, ("all types", found.value, found.interval, 0)) if value}
    lines.append(Line(("all types", _three(found.value), _decimals(found.interval), str(units))))
    notes = [
        f"Warning: {ALPHA_U_WARNING}",
        *_units(found.discontinuous),
        ALPHA_U_COMBINED,
        *_reasons({kind: one.note for kind, (one, _) in found.by_type.items()} | {"all types": found.note}),
        *_reasons({kind: f"95 % n/a: {one.note}" for kind, one in intervals.items() if one.low is None}),
    ]
    yield Table(
        "alpha_U, documents together", ("alpha_U by type", "alpha_U", _INTERVAL, "units"), tuple(lines), tuple(notes)
    )
    each = (Line((doc_id, _three(one.value), str(one.units))) for doc_id, one in found.documents.items())
    reasons_of = _reasons({doc_id: one.note for doc_id, one in found.documents.items()})
    yield Table(
        "alpha_U of each document, all types",
        ("alpha_U of document", "alpha_U", "units"),
        tuple(each),
        tuple(reasons_of),
    )


def _reasons(notes: Mapping[str, str]) -> Iterator[str]:
    """One line for each reason, with the names it concerns."""
    lines: dict[str, list[str]] = {}
    for name, note in notes.items():
        if note:
            lines.setdefault(note, []).append(name)
    for note, names in lines.items():
        yield f"{', '.join(names)}: {note}"


def _units(discontinuous: int) -> Iterator[str]:
    yield f"{UNITS} ({discontinuous} are discontinuous)" if discontinuous else UNITS


def _plot(figure: Figure) -> tuple[float | None, float | None, float | None]:
    return figure.value, figure.interval.low, figure.interval.high


def _interval(interval: Interval) -> str:
    return interval_text(interval_json(interval))


def _decimals(interval: Interval) -> str:
    if interval.low is None or interval.high is None:
        return "n/a"
    return f"{interval.low:.3f}–{interval.high:.3f}"


def _three(value: float | None) -> str:
    """Coefficients, which can be negative, are no percentages."""
    return "n/a" if value is None else f"{value:.3f}"


def _documents(doc_ids: Sequence[str]) -> str:
    return "1 document" if len(doc_ids) == 1 else f"{len(doc_ids)} documents"
