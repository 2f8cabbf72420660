"""Regions that stand for one mention: each alone, or several that relations of the reserved label join."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from workbench.core.errors import Fault
from workbench.core.text import ELLIPSIS, Fragments, surface
from workbench.formats.label_studio.controls import CONTINUES
from workbench.formats.label_studio.regions import Link, Region, Sorted


class Mention(NamedTuple):
    """The regions of a mention in the order of the text; what is said of the mention is said of the main one."""

    main: Region
    parts: tuple[Region, ...]

    @property
    def fragments(self) -> Fragments:
        """The stretches that it covers, as they are."""
        return tuple(part.span for part in self.parts)

    def words(self, text: str) -> str | None:
        """What it quotes, None if nothing.

        Where the slice says the same but for white space and escaped line ends, which the editor does not keep, it is
        the slice.
        """
        if all(0 <= part.span.start < part.span.end <= len(text) for part in self.parts) and all(
            part.words is None or says_same(part.words, text[part.span.start : part.span.end]) for part in self.parts
        ):
            return surface(text, self.fragments)
        quoted = [part.words for part in self.parts if part.words is not None]
        return ELLIPSIS.join(quoted) if len(quoted) == len(self.parts) else None


class Joined(NamedTuple):
    """Mentions, and the links that are left between them."""

    mentions: tuple[Mention, ...]
    links: tuple[Link, ...]
    faults: tuple[Fault, ...]


def join(found: Sorted) -> Joined:
    """Join the regions that belong together; regions of other labels, or of another control, cannot."""
    first: dict[str, int] = {}
    for index, region in enumerate(found.regions):
        first.setdefault(region.id, index)
    group = list(range(len(found.regions)))
    later: set[int] = set()
    links: list[Link] = []
    faults: list[Fault] = []
    for link in found.links:
        labels = tuple(label for label in link.labels if label != CONTINUES)
        if labels:
            links.append(link._replace(labels=labels))
        if len(labels) == len(link.labels):
            continue
        ends = [first.get(link.head), first.get(link.tail)]
        head, tail = ends
        if head is None or tail is None:
            missing = link.head if head is None else link.tail
            message = f"there is no region {missing!r}, which {CONTINUES} names"
            faults.append(Fault(message, link.place, rule="ends"))
        elif (reason := _apart(found.regions[head], found.regions[tail])) is not None:
            faults.append(Fault(f"{CONTINUES} joins {reason}, which are no parts of one", link.place, rule="record"))
        else:
            _unite(group, head, tail)
            later.add(tail)
    return Joined(tuple(_mentions(found.regions, group, later)), tuple(links), tuple(faults))


def _apart(head: Region, tail: Region) -> str | None:
    """Why two regions cannot be parts of one mention."""
    if head.control != tail.control:
        return f"a region of {head.control!r} with one of {tail.control!r}"
    if head.labels != tail.labels:
        return f"a region that is {', '.join(head.labels)} with one that is {', '.join(tail.labels)}"
    return None


def _unite(group: list[int], one: int, other: int) -> None:
    ends = []
    for index in (one, other):
        while group[index] != index:
            group[index] = group[group[index]]
            index = group[index]  # noqa: PLW2901 - climbs to the root
        ends.append(index)
    group[max(ends)] = min(ends)


def _mentions(regions: Sequence[Region], group: Sequence[int], later: Iterable[int]) -> Iterator[Mention]:
    """The groups in the order of their first regions; the main region is the one that continues no other."""
    members: dict[int, list[int]] = defaultdict(list)
    for index in range(len(regions)):
        root = index
        while group[root] != root:
            root = group[root]
        members[root].append(index)
    continued = frozenset(later)
    for indices in members.values():
        ordered = sorted(indices, key=lambda index: (regions[index].span, index))
        main = next((index for index in ordered if index not in continued), ordered[0])
        yield Mention(regions[main], tuple(regions[index] for index in ordered))


def says_same(words: str, found: str) -> bool:
    """Tell whether a region quotes what stands there, but for white space and line ends."""
    return words == found or _bare(words) == _bare(found)


def _bare(words: str) -> str:
    """Words without white space, and without line ends as the editor writes them."""
    return "".join(words.replace("\\r", "").replace("\\n", "").split())
