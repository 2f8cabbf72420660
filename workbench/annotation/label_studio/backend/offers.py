"""What the labelling configuration of a project offers for its text; the editor cannot show anything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from xml.etree import ElementTree

from workbench.annotation.label_studio.configuration import parse_configuration
from workbench.formats.label_studio.controls import TEXT

_LISTS = {"labels": "label", "choices": "choice"}


class Offer(NamedTuple):
    """The controls of the text by name, each with its kind and its values (empty: any), and the labels of relations."""

    controls: Mapping[str, tuple[str, frozenset[str]]]
    relations: frozenset[str]

    def has(self, control: str, label: str) -> bool:
        """Tell whether a control offers a label."""
        return label in self.controls.get(control, ("", frozenset()))[1]

    def shows(self, result: Mapping[str, Any]) -> bool:
        """Tell whether a result is of a control that is there, with values that it offers; relations are."""
        if result["type"] == "relation":
            return True
        kind, values = self.controls.get(result["from_name"], ("", frozenset[str]()))
        given: Sequence[str] = result["value"].get(kind, ())
        return kind == result["type"] and (not values or values.issuperset(given))


@lru_cache(maxsize=32)
def offer_of(configuration: str) -> Offer:
    """What a labelling configuration offers.

    Raises:
        FaultyData: it is not XML that can be read; see `parse_configuration`.
    """
    controls: dict[str, tuple[str, frozenset[str]]] = {}
    relations: set[str] = set()
    for element in parse_configuration(configuration).iter():
        kind, name = _kind(element), element.get("name")
        if kind == "relations":
            relations |= _values(element, "relation")
        elif name is not None and TEXT in element.get("toName", "").split(","):
            if kind in _LISTS:
                controls[name] = (kind, _values(element, _LISTS[kind]))
            elif kind == "textarea":
                controls[name] = (kind, frozenset())
    return Offer(controls, frozenset(relations))


def _kind(element: ElementTree.Element) -> str:
    return element.tag.lower() if isinstance(element.tag, str) else ""


def _values(element: ElementTree.Element, kind: str) -> frozenset[str]:
    """What the children of a kind are called in results."""
    found = (child.get("alias") or child.get("value") for child in element.iter() if _kind(child) == kind)
    return frozenset(value for value in found if value)
