"""The feature structures of one XMI file, as they stand there.

They are taken from the XML itself and not from dkpro-cassis, which gives up on a whole document at the first type or
reference that it does not find, and which knows no lines.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from workbench.core.errors import Fault, FaultyData
from workbench.formats.uima import layers
from workbench.formats.uima.safe_xml import parse_xml
from workbench.formats.uima.typesystem import SEGMENTATION, LayerType, TypeSystem

_XMI = "{http://www.omg.org/XMI}"
_CAS = "{http:///uima/cas.ecore}"
_TAG = re.compile(r"\{http:///(.+)\.ecore\}(.+)")
_NUMBER = re.compile(r"-?[0-9]{1,18}")
_FIRST_VIEW = "_InitialView"


class Structure(NamedTuple):
    """A feature structure: its `xmi:id`, its type, and what its features hold, each by its range."""

    number: int
    type: LayerType
    begin: str | None
    end: str | None
    values: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]
    links: Mapping[str, tuple[int, ...]]
    line: int | None


class Cas(NamedTuple):
    """The text, all structures by number, and those that count: the ones in the index of the text's view, in order."""

    text: str | None
    structures: Mapping[int, Structure]
    members: tuple[Structure, ...]
    faults: tuple[Fault, ...]

    def linked(self, structure: Structure, feature: str) -> tuple[int, ...]:
        """The numbers that a feature refers to, also through an array or a list; null references left out."""
        found: list[int] = []
        waiting = list(structure.links.get(feature, ()))
        seen: set[int] = set()
        while waiting:
            number = waiting.pop(0)
            target = self.structures.get(number)
            through = _through(target) if target is not None and number not in seen else None
            if through is not None:
                seen.add(number)
                waiting = [*through, *waiting]
            elif number and number not in seen:
                found.append(number)
        return tuple(found)


def as_number(said: str | None) -> int | None:
    """The whole number that a string is; None: it is none."""
    return int(said) if said is not None and _NUMBER.fullmatch(said) else None


def _through(target: Structure) -> tuple[int, ...] | None:
    """What an array or a list of structures holds; None: it is neither."""
    if target.type.name == layers.ARRAY:
        return target.links.get("elements", ())
    if target.type.name == "uima.cas.NonEmptyFSList":
        return (*target.links.get("head", ()), *target.links.get("tail", ()))
    return () if target.type.name == "uima.cas.EmptyFSList" else None


def read_cas(content: bytes, types: TypeSystem, source: Path) -> Cas:
    """Read the content of an XMI file; what cannot be understood is left out, with a fault.

    Raises:
        FaultyData: it is no XMI of a UIMA CAS.
    """
    root = parse_xml(content, source)
    sofas = [element for element in root if element.tag == f"{_CAS}Sofa"]
    if root.tag != f"{_XMI}XMI" or not sofas:
        missing = "its root is not xmi:XMI" if root.tag != f"{_XMI}XMI" else "it has no cas:Sofa, which holds the text"
        raise FaultyData([Fault(f"not UIMA CAS XMI: {missing}", source=source, line=root.sourceline, rule="xml")])
    sofa = _sofa_to_read(sofas)
    parser = _Parser(types, source)
    for other in sofas:
        if other is not sofa and other.get("sofaString") is not None:
            message = f"the view {other.get('sofaID')!r} is left out: a document has one text"
            parser.faults.append(Fault(message, source=source, line=other.sourceline, rule="text"))
    structures = parser.structures(root)
    members = _members_of(root, sofa.get(f"{_XMI}id"))
    indexed = tuple(one for number, one in structures.items() if str(number) in members)
    return Cas(sofa.get("sofaString"), structures, indexed, tuple(parser.all_faults()))


def _sofa_to_read(sofas: list[Any]) -> Any:
    """The first view, or the first that has a text when that has none."""
    with_text = [sofa for sofa in sofas if sofa.get("sofaString") is not None]
    return next((sofa for sofa in with_text if sofa.get("sofaID") == _FIRST_VIEW), (with_text or sofas)[0])


def _members_of(root: Any, sofa: str | None) -> set[str]:
    views = (element for element in root if element.tag == f"{_CAS}View" and element.get("sofa") == sofa)
    return {member for view in views for member in view.get("members", "").split()}


class _Parser:
    """Makes structures of elements, and gathers what is wrong with them."""

    def __init__(self, types: TypeSystem, source: Path) -> None:
        self.faults: list[Fault] = []
        self._types = types
        self._source = source
        self._unknown: Counter[str] = Counter()
        self._unknown_features: Counter[tuple[str, str]] = Counter()

    def structures(self, root: Any) -> dict[int, Structure]:
        """All structures by their numbers, in the order of the file."""
        found: dict[int, Structure] = {}
        for element in root:
            if element.tag in (f"{_CAS}NULL", f"{_CAS}Sofa", f"{_CAS}View"):
                continue
            made = self._structure(element)
            if made is not None and made.number in found:
                self._note(element, f"xmi:id {made.number} is already used; this {made.type.short} is left out")
            elif made is not None:
                found[made.number] = made
        return found

    def all_faults(self) -> Iterator[Fault]:
        """All faults; those of types and features that are not known, once for each."""
        yield from self.faults
        for name, count in self._unknown.items():
            message = f"the type {name} is not in TypeSystem.xml (export it again); annotations left out: {count}"
            yield Fault(message, source=self._source, rule="types")
        for (name, feature), count in self._unknown_features.items():
            message = f"TypeSystem.xml knows no feature {feature!r} of {name}; annotations that lose it: {count}"
            yield Fault(message, source=self._source, rule="types")

    def _note(self, element: Any, message: str) -> None:
        self.faults.append(Fault(message, source=self._source, line=element.sourceline, rule="xml"))

    def _structure(self, element: Any) -> Structure | None:
        name = _type_name(element.tag)
        kind = self._types.get(name)
        if kind is None:
            if not name.startswith(SEGMENTATION):
                self._unknown[name] += 1
            return None
        number = element.get(f"{_XMI}id", "")
        if not _NUMBER.fullmatch(number):
            self._note(element, f"{kind.short} has the xmi:id {number!r}, which is no number; it is left out")
            return None
        said: dict[str, tuple[str, ...]] = {
            feature: (value,) for feature, value in element.attrib.items() if not feature.startswith("{")
        }
        for child in element:
            said[child.tag] = (*said.get(child.tag, ()), child.text or "")
        return self._filled(element, kind, int(number), said)

    def _filled(self, element: Any, kind: LayerType, number: int, said: dict[str, tuple[str, ...]]) -> Structure:
        begin, end = (said.pop(feature, (None,))[0] for feature in ("begin", "end"))
        said.pop("sofa", None)
        values: dict[str, str] = {}
        lists: dict[str, tuple[str, ...]] = {}
        links: dict[str, tuple[int, ...]] = {}
        for feature, parts in said.items():
            holds = kind.ranges.get(feature)
            if holds == "value":
                values[feature] = parts[0]
            elif holds == "values":
                inline = len(parts) == 1 and feature in element.attrib
                lists[feature] = tuple(parts[0].split()) if inline else parts
            elif holds == "links":
                numbers = [word for part in parts for word in part.split()]
                links[feature] = tuple(int(word) for word in numbers if _NUMBER.fullmatch(word))
                if len(links[feature]) < len(numbers):
                    self._note(element, f"{kind.short} {number} has no numbers of annotations in {feature}")
            elif kind.kind != "segmentation":
                self._unknown_features[kind.name, feature] += 1
        return Structure(number, kind, begin, end, values, lists, links, element.sourceline)


def _type_name(tag: str) -> str:
    """The name of the type that an element's name stands for; UIMA makes namespaces of packages."""
    match = _TAG.fullmatch(tag)
    if match is None:
        return tag
    package, name = match.groups()
    return name if package == "uima/noNamespace" else f"{package.replace('/', '.')}.{name}"
