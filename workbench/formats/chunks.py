"""One layer of entities as tags, one for each token: which entities stay, the tags they get, and entities from tags.

In BIO the first token of a chunk has B-, the others I-. In BIOES (also called BILOU, or BMES with M for I) the last has
E- or L-, and a chunk of one token S- or U-. In IOB1 a chunk begins with I-, and with B- only right behind another of
its type.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from workbench.core.records import Entity

Scheme = Literal["BIO", "BIOES"]

OUTSIDE = "O"
"""The tag of a token in no chunk."""

_TAG = re.compile(r"([BIMELSU])-(.+)", re.DOTALL)
_SINGLE = {"BIO": "B", "BIOES": "S"}
_LAST = {"BIO": "I", "BIOES": "E"}


class Flattened(NamedTuple):
    """Entities as one layer: the indices of those that stay, and the kind of loss of each that does not.

    Nested and crossing is what it is to those for which it goes.
    """

    kept: tuple[int, ...]
    left_out: Mapping[int, str]


def flatten(entities: Sequence[Entity], policy: Literal["outermost", "innermost"]) -> Flattened:
    """Choose entities that share no character.

    Those of several fragments and those across a line end stay out. Of any others that share a character the longest
    stays (`outermost`) or the shortest (`innermost`); of those of one length the one that starts first, then by type
    and id. Entities must have their texts.
    """
    sign = -1 if policy == "outermost" else 1
    left_out: dict[int, str] = {}
    candidates = []
    for index, entity in enumerate(entities):
        if len(entity.fragments) > 1:
            left_out[index] = "discontinuous"
        elif "\n" in (entity.text or ""):
            left_out[index] = "multiline"
        else:
            candidates.append((sign * (entity.end - entity.start), entity.start, entity.type, entity.id, index))
    owner: dict[int, int] = {}
    for *_, index in sorted(candidates):
        positions = range(entities[index].start, entities[index].end)
        rivals = {owner[position] for position in positions if position in owner}
        if rivals:
            nested = any(_one_holds_the_other(entities[index], entities[rival]) for rival in rivals)
            left_out[index] = "nested" if nested else "crossing"
        else:
            owner.update(dict.fromkeys(positions, index))
    return Flattened(tuple(sorted(set(owner.values()))), left_out)


def _one_holds_the_other(one: Entity, other: Entity) -> bool:
    return one.fragments[0].contains(other.fragments[0]) or other.fragments[0].contains(one.fragments[0])


def tags_of(entities: Iterable[Entity], length: int, scheme: Scheme) -> list[str]:
    """The tag of each of `length` characters; the entities share none."""
    tags = [OUTSIDE] * length
    for entity in entities:
        last = entity.end - 1
        if entity.start == last:
            tags[last] = f"{_SINGLE[scheme]}-{entity.type}"
            continue
        tags[entity.start] = f"B-{entity.type}"
        tags[entity.start + 1 : last] = [f"I-{entity.type}"] * (last - entity.start - 1)
        tags[last] = f"{_LAST[scheme]}-{entity.type}"
    return tags


class Tag(NamedTuple):
    """A tag: its letter, and its type, which is empty where the letter is O."""

    letter: str
    type: str


@lru_cache(maxsize=4096)
def parse_tag(tag: str) -> Tag | None:
    """Read a tag; None when it is none."""
    if tag == OUTSIDE:
        return Tag(OUTSIDE, "")
    found = _TAG.fullmatch(tag)
    return Tag(*found.groups()) if found else None


class Chunk(NamedTuple):
    """An entity in tags: its type, its first and last token, and whether its first tag is one that begins a chunk."""

    type: str
    first: int
    last: int
    begun: bool


def chunks_of(tags: Iterable[Tag | None]) -> Iterator[Chunk]:
    """The chunks that tags make, whatever their scheme; None, a token without a tag, ends a chunk as O does."""
    chunk: Chunk | None = None
    for index, tag in enumerate(tags):
        if tag is None or tag.letter == OUTSIDE:
            if chunk is not None:
                yield chunk
                chunk = None
            continue
        if chunk is not None and tag.letter in "IMEL" and tag.type == chunk.type:
            chunk = chunk._replace(last=index)
        else:
            if chunk is not None:
                yield chunk
            chunk = Chunk(tag.type, index, index, tag.letter in "BSU")
        if tag.letter in "ELSU":
            yield chunk
            chunk = None
    if chunk is not None:
        yield chunk


def is_iob1(tags: Iterable[Tag | None]) -> bool:
    """Tell whether tags prove their scheme to be IOB1: B- stands somewhere, but only right behind a token of its type.

    Chunks that begin with I- and no B- at all prove nothing.
    """
    proved, before = False, ""
    for tag in tags:
        letter, kind = tag if tag is not None else (OUTSIDE, "")
        if letter == "B" and kind == before:
            proved = True
        elif letter not in "IO":
            return False
        before = kind
    return proved
