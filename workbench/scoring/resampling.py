"""Intervals for statistics over documents: the delete-one jackknife and the bootstrap.

The unit is the document, because annotations inside one document are not independent. Everything is a function of
counts of shape (documents, columns) and of a statistic of their sums. The order of the documents never matters, and
the same seed gives the same bytes; no global random state is read or changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from itertools import combinations_with_replacement
from math import comb, exp, factorial
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array: TypeAlias = NDArray[np.float64]
# Maps sums of shape (..., columns) to values of shape (...), nan where undefined.
Statistic: TypeAlias = Callable[[Array], Array]
Method: TypeAlias = Literal["auto", "jackknife-t", "bootstrap"]
METHODS = ("auto", "jackknife-t", "bootstrap")

JACKKNIFE_BELOW = 50
ENUMERATED_UP_TO = 7
POISSON_FROM = 1000
TOLERANCE = 1e-12
NO_SPREAD = "all documents score alike"
# Simulated in tests/benchmarks/coverage.py.
FEW_DOCUMENTS = (
    "few documents: 95 % percentile intervals covered 83 % at 5 documents, 88 % at 10 and 92 % at 20 in simulation"
)

_CELLS = 65_536
_ROWS = 64  # documents whose weights are in memory at a time
# Multiplications in one matrix product: OpenBLAS keeps products of this size on one thread. With larger ones its other
# threads would spin while the next weights are drawn.
_PRODUCT = 2**18
_CHUNK = 2**19  # draws in memory at a time


class Settings(NamedTuple):
    """Level of confidence, seed, and number of bootstrap resamples where not all distinct ones are enumerated."""

    level: float = 0.95
    seed: int = 12345
    draws: int = 10_000


DEFAULTS = Settings()


class Interval(NamedTuple):
    """A statistic's value and its confidence limits; None where there is none, and then `note` says why.

    `method` is jackknife-t, bootstrap-exact, bootstrap-multinomial or bootstrap-poisson. A note can also stand beside
    limits, as a warning.
    """

    value: float | None
    low: float | None
    high: float | None
    level: float
    method: str
    documents: int
    note: str


class Jackknife(NamedTuple):
    """A statistic's value, its delete-one standard error (None: `note` says why) and the degrees of freedom."""

    value: float | None
    error: float | None
    freedom: int
    note: str


class _Resamples(NamedTuple):
    """Sums of shape (resamples, columns), the probability of each (None: all alike), and how they were made."""

    sums: Array
    probabilities: Array | None
    scheme: str


def interval(
    counts: ArrayLike,
    statistic: Statistic,
    doc_ids: Sequence[str],
    *,
    method: Method = "auto",
    bounds: tuple[float, float] | None = (0.0, 1.0),
    settings: Settings = DEFAULTS,
) -> Interval:
    """Give a two-sided confidence interval for a statistic of the sums of document counts.

    `counts` has shape (documents, columns), one row for each id. "auto" is the jackknife below 50 documents and the
    percentile bootstrap from there on. Limits are clipped to `bounds`, the range the statistic can have (None: any).
    Raises ValueError for rows that do not fit the ids, repeated ids, counts or settings out of range, an unknown
    method, and a value outside the bounds.
    """
    return intervals(counts, [statistic], doc_ids, method=method, bounds=bounds, settings=settings)[0]


def intervals(
    counts: ArrayLike,
    statistics: Sequence[Statistic],
    doc_ids: Sequence[str],
    *,
    method: Method = "auto",
    bounds: tuple[float, float] | None = (0.0, 1.0),
    settings: Settings = DEFAULTS,
) -> tuple[Interval, ...]:
    """Give the intervals of several statistics from the same resamples; arguments and errors as for `interval`."""
    if method not in METHODS:
        raise ValueError(f"unknown method {method!r}: choose {', '.join(METHODS)}")
    if not 0 < settings.level < 1 or settings.draws < 1:
        raise ValueError(f"level must lie between 0 and 1 and draws be positive, not {settings}")
    table, ordered = in_document_order(counts, doc_ids)
    jackknifed = method == "jackknife-t" or (method == "auto" and len(table) < JACKKNIFE_BELOW)
    if jackknifed:
        return tuple(_jackknife_interval(table, statistic, bounds, settings.level) for statistic in statistics)
    resamples = _resamples(table, ordered, settings)
    return tuple(_bootstrap_interval(table, statistic, bounds, settings.level, resamples) for statistic in statistics)


def paired(left: ArrayLike, right: ArrayLike) -> Array:
    """Put two systems' counts of the same documents side by side, for use with `difference`.

    Takes two arrays of shape (documents, columns) and gives (documents, 2 columns). Raises ValueError if shapes differ.
    """
    first, second = np.asarray(left, dtype=np.float64), np.asarray(right, dtype=np.float64)
    if first.shape != second.shape or first.ndim != 2:
        raise ValueError(
            f"two systems need counts of one shape (documents, columns), not {first.shape}, {second.shape}"
        )
    return np.hstack([first, second])


def difference(statistic: Statistic) -> Statistic:
    """Turn a statistic into the left system's value less the right one's, a statistic of `paired` counts.

    Both systems get the same resamples, so an interval of it is a paired one. Its range is twice as wide:
    a proportion's difference has the bounds (-1, 1).
    """

    def left_less_right(sums: Array) -> Array:
        columns = sums.shape[-1] // 2
        return evaluate(statistic, sums[..., :columns]) - evaluate(statistic, sums[..., columns:])

    return left_less_right


def in_document_order(counts: ArrayLike, doc_ids: Sequence[str]) -> tuple[Array, list[str]]:
    """Give the rows as floats in the order of their ids, and the ids, so that nothing depends on the caller's order.

    Raises ValueError for a wrong shape, repeated ids, or counts that are not finite.
    """
    table = np.asarray(counts, dtype=np.float64)
    if table.ndim != 2 or len(table) != len(doc_ids):
        raise ValueError(f"counts of {len(doc_ids)} documents need the shape ({len(doc_ids)}, columns): {table.shape}")
    if len(set(doc_ids)) != len(doc_ids):
        raise ValueError("a document id stands twice: add the rows of one document up first")
    if not np.isfinite(table).all():
        raise ValueError("counts must be finite numbers")
    order = sorted(range(len(doc_ids)), key=doc_ids.__getitem__)
    return table[order], [doc_ids[index] for index in order]


def evaluate(statistic: Statistic, sums: Array) -> Array:
    """Apply a statistic to sums of shape (..., columns): values of shape (...), nan where undefined or infinite."""
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.asarray(statistic(sums), dtype=np.float64)
    return np.where(np.isfinite(values), values, np.nan)


def jackknife(table: Array, statistic: Statistic) -> Jackknife:
    """Estimate a statistic's standard error by leaving out one document at a time.

    The error is the standard error of the mean of the pseudo-values n·value − (n − 1)·value without the document;
    Tukey 1958. Undefined values without a document are left out, and the degrees of freedom follow.
    """
    total = table.sum(axis=0)
    value = _number(evaluate(statistic, total))
    count = len(table)
    if value is None:
        return Jackknife(None, None, 0, "the value is undefined")
    if count < 2:
        return Jackknife(value, None, 0, _documents(count))
    without = evaluate(statistic, total - table)
    defined = without[~np.isnan(without)]
    notes = [_left_out(count - len(defined), count, "leave-one-out values")]
    if len(defined) < 2:
        notes.append("fewer than two are left")
    elif np.ptp(defined) <= TOLERANCE:
        notes.append(NO_SPREAD)
    else:
        pseudo = count * value - (count - 1) * defined
        error = float(np.std(pseudo, ddof=1) / np.sqrt(len(pseudo)))
        return Jackknife(value, error, len(pseudo) - 1, _joined(notes))
    return Jackknife(value, None, max(len(defined) - 1, 0), _joined(notes))


def poisson_sums(counts: ArrayLike, doc_ids: Sequence[str], *, seed: int, draws: int) -> Array:
    """Sum the counts of documents in `draws` Poisson(1) resamples: shape (draws, columns). Merge shards by adding.

    A document's weights depend on the seed and its id alone, so sums of counts that are multiples of ½ are the same
    to the last bit however documents are ordered or sharded. Chamandy et al. 2012 (Poisson bootstrap). Raises
    ValueError as `interval` does.
    """
    table, ordered = in_document_order(counts, doc_ids)
    columns = table.shape[1]
    width = min(draws, max(16, _PRODUCT // (_ROWS * max(columns, 1))))
    blocks = -(-draws // width)
    halves = bool((2 * table == np.rint(2 * table)).all())
    raw = _raw_draws(ordered, seed, draws)
    weights = np.zeros((_ROWS, blocks * width), dtype=np.float32)
    sums = np.zeros((blocks, columns, width))
    for start in range(0, len(table), _ROWS):
        chunk = table[start : start + _ROWS]
        drawn = weights[: len(chunk)]
        for row in drawn:
            np.take(_POISSON, next(raw), out=row[:draws], mode="clip")
        # float32 is exact as long as no sum can reach 2**24 halves, whatever the weights.
        exact = halves and 2 * float(_POISSON[-1]) * float(np.abs(chunk).sum(axis=0).max(initial=0)) < 2**24
        dtype = np.dtype(np.float32 if exact else np.float64)
        by_block = drawn.astype(dtype, copy=False).reshape(len(chunk), blocks, width).transpose(1, 0, 2)
        sums += chunk.T.astype(dtype) @ by_block
    return sums.transpose(0, 2, 1).reshape(blocks * width, columns)[:draws]


def _poisson_table() -> NDArray[np.float32]:
    """The inverse distribution function of Poisson(1) at the middle of each of 65,536 cells of equal probability."""
    distribution = np.cumsum([exp(-1) / factorial(count) for count in range(20)])
    return np.searchsorted(distribution, (np.arange(_CELLS) + 0.5) / _CELLS).astype(np.float32)


_POISSON = _poisson_table()


def philox_key(seed: int, name: str) -> NDArray[np.uint64]:
    """Derive a Philox key, two 64-bit words, from a seed and a name."""
    digest = blake2b(f"{seed}:{name}".encode(errors="surrogatepass"), digest_size=16).digest()
    return np.frombuffer(digest, dtype="<u8").astype(np.uint64)


def _raw_draws(doc_ids: Sequence[str], seed: int, draws: int) -> Iterator[NDArray[np.uint16]]:
    """16 random bits for each draw, document after document."""
    generator = np.random.Philox(key=philox_key(seed, ""))
    state = generator.state  # rekeying one generator takes a fifth of the time of making one for each document
    for doc_id in doc_ids:
        state["state"]["key"] = philox_key(seed, doc_id)
        generator.state = state
        words = np.asarray(generator.random_raw(-(-draws // 4)), dtype="<u8")
        yield words.view("<u2")[:draws]


def _resamples(table: Array, doc_ids: Sequence[str], settings: Settings) -> _Resamples:
    count = len(table)
    if count <= ENUMERATED_UP_TO:
        return _all_resamples(table)
    if count >= POISSON_FROM:
        sums = poisson_sums(table, doc_ids, seed=settings.seed, draws=settings.draws)
        return _Resamples(sums, None, "bootstrap-poisson")
    generator = np.random.Generator(np.random.Philox(key=philox_key(settings.seed, "multinomial")))
    sums = np.empty((settings.draws, table.shape[1]))
    rows = max(1, _CHUNK // count)
    for start in range(0, settings.draws, rows):
        size = min(rows, settings.draws - start)
        chosen = generator.integers(0, count, size=(size, count))
        chosen += count * np.arange(size)[:, None]
        weights = np.bincount(chosen.ravel(), minlength=size * count).reshape(size, count)
        sums[start : start + size] = weights.astype(np.float64) @ table
    return _Resamples(sums, None, "bootstrap-multinomial")


def _all_resamples(table: Array) -> _Resamples:
    """Every distinct resample of n documents with its multinomial probability: C(2n − 1, n) of them."""
    count = len(table)
    weights = np.zeros((comb(2 * count - 1, count) if count else 1, count))
    for row, chosen in zip(weights, combinations_with_replacement(range(count), count), strict=True):
        for index in chosen:
            row[index] += 1
    factorials = np.array([factorial(times) for times in range(count + 1)], dtype=np.float64)
    ways = factorial(count) / factorials[weights.astype(np.intp)].prod(axis=1)
    return _Resamples(weights @ table, ways / ways.sum(), "bootstrap-exact")


def _jackknife_interval(
    table: Array, statistic: Statistic, bounds: tuple[float, float] | None, level: float
) -> Interval:
    from scipy.special import stdtrit  # scipy.stats takes three times as long to import

    value, error, freedom, note = jackknife(table, statistic)
    made = Interval(_within(value, bounds), None, None, level, "jackknife-t", len(table), note)
    if value is None or error is None:
        return _without_limits(made, note)
    reach = float(stdtrit(freedom, (1 + level) / 2)) * error
    return _clipped(made, value - reach, value + reach, bounds)


def _bootstrap_interval(
    table: Array, statistic: Statistic, bounds: tuple[float, float] | None, level: float, resamples: _Resamples
) -> Interval:
    value = _within(_number(evaluate(statistic, table.sum(axis=0))), bounds)
    made = Interval(value, None, None, level, resamples.scheme, len(table), "")
    if value is None:
        return _without_limits(made, "the value is undefined")
    if len(table) < 2:
        return _without_limits(made, _documents(len(table)))
    replicates = evaluate(statistic, resamples.sums)
    defined = ~np.isnan(replicates)
    notes = [_left_out(int((~defined).sum()), len(replicates), "resamples")]
    if not defined.any() or np.ptp(replicates[defined]) <= TOLERANCE:
        return _without_limits(made, *notes, NO_SPREAD)
    probabilities = None if resamples.probabilities is None else resamples.probabilities[defined]
    limits = [(1 - level) / 2, (1 + level) / 2]
    # An inverted distribution function, because enumerated resamples have weights.
    low, high = np.quantile(replicates[defined], limits, method="inverted_cdf", weights=probabilities)
    if high - low <= TOLERANCE:
        return _without_limits(made, *notes, "the limits coincide")
    if len(table) < JACKKNIFE_BELOW:
        notes.append(FEW_DOCUMENTS)
    return _clipped(made._replace(note=_joined(notes)), float(low), float(high), bounds)


def _within(value: float | None, bounds: tuple[float, float] | None) -> float | None:
    if value is not None and bounds and not bounds[0] - TOLERANCE <= value <= bounds[1] + TOLERANCE:
        raise ValueError(
            f"the value {value} lies outside the bounds {bounds}: give the range of this statistic, or None"
        )
    return value


def _without_limits(made: Interval, *reasons: str) -> Interval:
    return made._replace(note=f"{_joined(reasons)}: no interval")


def _clipped(made: Interval, low: float, high: float, bounds: tuple[float, float] | None) -> Interval:
    if bounds:
        low, high = max(low, bounds[0]), min(high, bounds[1])
    return made._replace(low=low, high=high)


def _number(value: Array) -> float | None:
    return None if np.isnan(value) else float(value)


def _documents(count: int) -> str:
    return {0: "no document", 1: "one document"}.get(count, f"{count} documents")


def _left_out(undefined: int, count: int, what: str) -> str:
    return f"{undefined} of {count} {what} are undefined and left out" if undefined else ""


def _joined(notes: Sequence[str]) -> str:
    return "; ".join(note for note in notes if note)
