"""Limits for use in a pipeline: the least value of a measure, and the largest drop against an earlier run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from workbench.core.errors import Fault, FaultyData, UsageMistake
from workbench.core.files import read_json
from workbench.scoring.measures import Measure, parse
from workbench.scoring.score import Score

TOLERANCE = 1e-12
"""Differences below this are rounding: 3 of 4 is not under 0.75."""


class Limit(NamedTuple):
    """The least value that a measure may have."""

    measure: Measure
    least: float


def parse_limits(texts: Sequence[str]) -> tuple[Limit, ...]:
    """Read limits such as `entity_f1(match=strict)=0.80`.

    Raises:
        UsageMistake: a text is not a measure, an equals sign and a number from 0 to 1; all of them.
    """
    limits = []
    wrong = []
    for text in texts:
        name, equals, number = text.rpartition("=")
        try:
            least = float(number)
        except ValueError:
            least = -1.0
        if not equals or not 0 <= least <= 1:
            wrong.append(f"{text!r} is not a limit; write one like 'entity_f1(match=strict)=0.80', from 0 to 1")
            continue
        try:
            limit = Limit(parse(name), least)
        except UsageMistake as mistake:
            wrong.append(str(mistake))
            continue
        if limit.measure.counts_errors:
            wrong.append(f"{limit.measure} is better when it is lower, so a least value guards nothing")
        limits.append(limit)
    if wrong:
        raise UsageMistake("\n".join(wrong))
    return tuple(limits)


def limit_faults(limits: Sequence[Limit], scores: Mapping[str, Score]) -> list[Fault]:
    """The measures that are under their limit, of every system; an undefined value is."""
    faults = []
    for name, made in scores.items():
        for measure, least in limits:
            value = made.value(measure).value
            if value is None or value < least - TOLERANCE:
                shown = "undefined" if value is None else f"{value:.4f}"
                faults.append(Fault(f"{measure} of {name} is {shown}, under {least:g}", rule="fail-under"))
    return faults


class Baseline(NamedTuple):
    """An earlier run, by system: the signature and the values of its measures."""

    path: Path
    signatures: Mapping[str, str]
    values: Mapping[str, Mapping[str, float | None]]

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Every measure of the earlier run."""
        return tuple(dict.fromkeys(parse(name) for found in self.values.values() for name in found))


def read_baseline(path: Path) -> Baseline:
    """Read what `workbench score --json` or `workbench compare --json` printed.

    Raises:
        UsageMistake: there is no such file.
        FaultyData: it is something else.
    """
    content = read_json(path)
    systems: Any = content.get("systems", {"": content}) if isinstance(content, dict) else None
    try:
        return Baseline(
            path,
            {name: str(system["signature"]) for name, system in systems.items()},
            {
                name: {str(parse(measure)): _value(block) for measure, block in system["measures"].items()}
                for name, system in systems.items()
            },
        )
    except (AttributeError, KeyError, TypeError, UsageMistake):
        message = "not a run: it is written by workbench score --json or workbench compare --json"
        raise FaultyData([Fault(message, source=path, rule="baseline")]) from None


def _value(block: Any) -> float | None:
    value = block["value"]
    if value is not None and not isinstance(value, (int, float)):
        raise TypeError
    return value


def drop_faults(
    baseline: Baseline, results: Mapping[str, Mapping[str, Any]], most: float
) -> tuple[list[Fault], list[str]]:
    """Hold results, by system, against an earlier run: drops by more than `most`, and warnings of what differs.

    A system is held against the one of its name, or else against the only one of the earlier run. Every measure that
    both runs have is looked at; one that has become undefined has dropped, and so has an error ratio that has risen.
    """
    faults = []
    warnings = []
    for system, result in results.items():
        name = system if system in baseline.values else None
        if name is None and len(baseline.values) == 1:
            (name,) = baseline.values
        if name is None:
            warnings.append(f"{baseline.path} has no system {system!r}: nothing to hold it against")
            continue
        if baseline.signatures[name] != result["signature"]:
            warnings.append(
                f"the signatures of {system} differ, so the numbers may not be comparable:\n"
                f"  {baseline.signatures[name]}\n  {result['signature']}"
            )
        looked_at = False
        for measure, before in baseline.values[name].items():
            if before is None or measure not in result["measures"]:
                continue
            looked_at = True
            now = result["measures"][measure]["value"]
            if now is None or _loss(measure, before, now) > most + TOLERANCE:
                shown = "undefined" if now is None else f"{now:.4f}"
                faults.append(Fault(f"{measure} of {system} was {before:.4f} and is {shown}", rule="max-drop"))
        if not looked_at:
            faults.append(Fault(f"{baseline.path} has no number to hold {system} against", rule="max-drop"))
    return faults, warnings


def _loss(name: str, before: float, now: float) -> float:
    """By how much a measure has become worse."""
    return now - before if parse(name).counts_errors else before - now
