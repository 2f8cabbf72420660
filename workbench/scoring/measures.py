"""Measures as values: `entity_f1(match=strict)` is printed as it is written, and reading it gives the same measure.

Owns the names, what each means, and the formulas that turn summed counts into ratios. Counting is the work of
`workbench.scoring.rules`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product
from typing import NamedTuple

from workbench.core.errors import UsageMistake, nearest
from workbench.scoring.entities import ENTITY_SCHEMAS
from workbench.scoring.rules import Rule, RuleKey, rule

RATIOS = ("precision", "recall", "f1")
AVERAGES = ("micro", "macro_types", "macro_documents")


class Family(NamedTuple):
    """Measures that differ in their parameters alone. Of a parameter's choices, the first is the default."""

    statistics: tuple[str, ...]
    parameters: Mapping[str, tuple[str, ...]]
    meaning: Mapping[str, str]


FAMILIES: Mapping[str, Family] = {
    "entity": Family(
        (*RATIOS, "undergeneration", "overgeneration", "substitution", "error"),
        {
            "match": ("strict", "exact", "partial", "type", "relaxed", "iou", "characters"),
            "spans": ("all", "outermost", "discontinuous"),
            "threshold": ("0.5",),
        },
        {
            "strict": "span and type are equal (SemEval-2013 task 9.1)",
            "exact": "spans are equal, types are not compared (SemEval-2013 task 9.1)",
            "partial": "equal spans count 1, overlapping ones 1/2, types are not compared (SemEval-2013 task 9.1)",
            "type": "spans overlap and types are equal (SemEval-2013 task 9.1; i2b2 inexact; HIPE fuzzy)",
            "relaxed": "strict; for types with relaxed boundaries in the schema, Dice of code points >= 1/2 will do",
            "iou": "types are equal and intersection over union of code points reaches the threshold",
            "characters": "code points labelled with the right type: long spans weigh more",
        },
    ),
    "attribute": Family(
        ("f1", "precision", "recall", "accuracy"),
        {"compare": ("equal", "lenient")},
        {
            "equal": "the strings are equal",
            "lenient": "the strings are equal after NFKC: full-width forms are half-width ones",
        },
    ),
    "value": Family(
        ("f1", "precision", "recall", "accuracy"),
        {"compare": ("equal", "lenient")},
        {
            "equal": "normalised values are equal",
            "lenient": "numbers within 1 %, dates 1/2 when one contains the other, places by shared GB/T 2260 levels",
        },
    ),
    "relation": Family(
        RATIOS,
        {
            "match": ("strict", "boundaries", "aligned", "given_entities", "entity_level"),
            "alignment": ("partial", "type"),
        },
        {
            "strict": "type, and spans and types of both ends (Rel+; Bekoulis et al. 2018)",
            "boundaries": "type, and spans of both ends (Rel; Bekoulis et al. 2018)",
            "aligned": "type, and both ends are paired by the entity alignment",
            "given_entities": "strict, among entities that both sides have",
            "entity_level": "type, and the clusters of both ends (DocRED; Yao et al. 2019)",
        },
    ),
    "trigger": Family(
        RATIOS,
        {"match": ("classification", "identification")},
        {
            "classification": "span and frame type of the trigger (ACE 2005 Trig-C)",
            "identification": "span of the trigger (ACE 2005 Trig-I)",
        },
    ),
    "argument": Family(
        RATIOS,
        {"match": ("classification", "identification"), "attachment": ("detached", "attached", "given")},
        {
            "classification": "span of the filler, frame type and role (ACE 2005 Arg-C)",
            "identification": "span of the filler and frame type (ACE 2005 Arg-I)",
        },
    ),
    "frame": Family(
        RATIOS,
        {"match": ("whole", "record")},
        {
            "whole": "type, trigger and all arguments are equal (BioNLP'09 strict equality; Kim et al. 2009)",
            "record": "type and all arguments are equal, triggers are not compared",
        },
    ),
    "role_filler": Family(
        RATIOS,
        {"match": ("mention", "entity")},
        {
            "mention": "role and span, in frames aligned one to one by what they share",
            "entity": "role and cluster, in frames aligned one to one by what they share (CEAF-REE; Du et al. 2021)",
        },
    ),
    "coreference": Family(
        ("f1", "precision", "recall"),
        {
            "match": ("conll", "muc", "b_cubed", "ceaf_m", "ceaf_e", "lea", "blanc"),
            "singletons": ("keep", "drop"),
        },
        {
            "conll": "mean of the F1 of MUC, B-cubed and CEAFe (Pradhan et al. 2012)",
            "muc": "links of a spanning tree (Vilain et al. 1995)",
            "b_cubed": "for each mention, the share of its cluster (Bagga and Baldwin 1998)",
            "ceaf_m": "mentions of clusters mapped one to one (Luo 2005)",
            "ceaf_e": "Dice of clusters mapped one to one (Luo 2005)",
            "lea": "links, weighted by the size of the cluster (Moosavi and Strube 2016)",
            "blanc": "mean F1 of coreferent and other links (Luo et al. 2014)",
        },
    ),
}


class Measure(NamedTuple):
    """A number that can be computed from counts; `parameters` holds every parameter of the family, in order.

    `average`: micro sums the counts of all rows; macro_types is the mean over the rows that gold has; macro_documents
    the mean over documents. `row`: that row alone (an entity, relation or frame type, a role, an attribute, a kind).
    """

    family: str
    statistic: str
    parameters: tuple[tuple[str, str], ...]
    average: str = "micro"
    row: str | None = None

    def __str__(self) -> str:
        """The name; parameters at their default are left out, but for the first."""
        choices = FAMILIES[self.family].parameters
        shown = [
            f"{name}={value}"
            for index, (name, value) in enumerate(self.parameters)
            if index == 0 or (name in self.relevant and (value != choices[name][0] or name == "threshold"))
        ]
        if self.average != "micro":
            shown.append(f"average={self.average}")
        if self.row is not None:
            shown.append(f"type={self.row}")
        return f"{self.family}_{self.statistic}({','.join(shown)})"

    @property
    def relevant(self) -> frozenset[str]:
        """The parameters that matter, given the others."""
        names = {name for name, _ in self.parameters}
        match = self.parameter("match")
        if self.family == "entity" and match != "iou":
            names.discard("threshold")
        if self.family == "relation" and match != "aligned":
            names.discard("alignment")
        return frozenset(names)

    def parameter(self, name: str) -> str:
        """The value of a parameter; empty when the family has none of that name."""
        return dict(self.parameters).get(name, "")

    @property
    def meaning(self) -> str:
        """What counts as right, in one phrase."""
        return FAMILIES[self.family].meaning[self.parameters[0][1]]

    @property
    def rule(self) -> Rule:
        """What has to be counted."""
        return rule(self._key())

    def _key(self) -> RuleKey:
        given = dict(self.parameters)
        if self.family == "entity":
            match = "tally" if given["match"] in ENTITY_SCHEMAS else given["match"]
            return ("entity", match, given["spans"], *([given["threshold"]] if match == "iou" else []))
        return (self.family, *(given[name] for name in given if name in self.relevant))

    @property
    def counts_errors(self) -> bool:
        """Whether a lower value is better."""
        return self.statistic not in (*RATIOS, "accuracy")

    @property
    def composite(self) -> bool:
        """Whether the rows are parts of the measure (MUC, B-cubed and CEAFe of CoNLL) instead of types."""
        return self.family == "coreference" and self.parameter("match") in ("conll", "blanc")


def parse(text: str) -> Measure:
    """Read a measure's name; parameters that are not given have their defaults.

    Raises:
        UsageMistake: no such measure, parameter or value; all mistakes, each with the nearest name.
    """
    written = re.fullmatch(r"\s*([A-Za-z0-9_]+)\s*(?:\((.*)\))?\s*", text)
    if written is None:
        raise UsageMistake(f"{text!r} is not a measure; write one like entity_f1(match=strict)")
    family, statistic = _split(written[1])
    given, wrong = _given(written[2] or "", text)
    named = given.keys() & FAMILIES[family].parameters.keys()
    parameters = []
    for name, choices in FAMILIES[family].parameters.items():
        value = given.pop(name, choices[0])
        if name == "threshold":
            value, mistake = _threshold(value)
            wrong += mistake
        elif value not in choices:
            wrong.append(f"{text}: {name} cannot be {value!r}{nearest(value, choices)}")
        parameters.append((name, value))
    average, row = given.pop("average", "micro"), given.pop("type", None)
    if average not in AVERAGES:
        wrong.append(f"{text}: average cannot be {average!r}; it is one of {', '.join(AVERAGES)}")
    known = (*FAMILIES[family].parameters, "average", "type")
    wrong += [f"{text}: no parameter {name!r}{nearest(name, known)}" for name in given]
    if wrong:
        raise UsageMistake("\n".join(wrong))
    measure = Measure(family, statistic, tuple(parameters), average, row)
    idle = sorted(named - measure.relevant)
    if idle:
        raise UsageMistake(f"{text}: {', '.join(idle)} has no meaning with match={measure.parameter('match')}")
    _refuse_senseless(measure, text)
    return measure


def catalogue() -> Iterator[Measure]:
    """Every measure at its micro average, with every choice of parameters, in the order of the families."""
    for family, about in FAMILIES.items():
        for chosen in product(*about.parameters.values()):
            parameters = tuple(zip(about.parameters, chosen, strict=True))
            for statistic in about.statistics:
                measure = Measure(family, statistic, parameters)
                usual = all(
                    value == about.parameters[name][0] for name, value in parameters if name not in measure.relevant
                )
                if usual and _sense(measure) is None:
                    yield measure


def _split(name: str) -> tuple[str, str]:
    names = {
        f"{family}_{statistic}": (family, statistic) for family in FAMILIES for statistic in FAMILIES[family].statistics
    }
    if name not in names:
        raise UsageMistake(f"no measure {name!r}{nearest(name, names)}")
    return names[name]


def _given(inside: str, text: str) -> tuple[dict[str, str], list[str]]:
    given: dict[str, str] = {}
    wrong = []
    for part in filter(None, (part.strip() for part in inside.split(","))):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not value:
            wrong.append(f"{text}: {part!r} is not of the form name=value")
        elif name in given:
            wrong.append(f"{text}: {name!r} is given twice")
        given[name] = value
    return given, wrong


def _threshold(value: str) -> tuple[str, list[str]]:
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if 0 < number <= 1:
        return repr(number), []
    return value, [f"threshold is a number above 0, up to 1, not {value!r}"]


def _refuse_senseless(measure: Measure, text: str) -> None:
    reason = _sense(measure)
    if reason is not None:
        raise UsageMistake(f"{text}: {reason}")


def _sense(measure: Measure) -> str | None:
    """Why a combination means nothing; None when it does."""
    if measure.row is not None and measure.average == "macro_types":
        return "one row has no mean over rows; leave out type or average"
    if measure.composite and measure.statistic != "f1":
        return f"{measure.parameter('match')} is a mean of F1; write coreference_f1"
    if measure.composite and (measure.row is not None or measure.average == "macro_types"):
        return f"{measure.parameter('match')} is a mean of its own parts; leave out type and average"
    if measure.counts_errors and measure.parameter("match") not in ENTITY_SCHEMAS:
        return f"{measure.statistic} is counted for match={', '.join(ENTITY_SCHEMAS)}"
    return None
