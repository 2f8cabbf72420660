"""Both sides of a document, written by hand or drawn: what the tests of error analysis start from."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from tests.strategies import annotated_texts, fragments
from workbench.core.records import AnnotatedDocument, Annotation, Zone
from workbench.core.schema import open_schema
from workbench.core.text import merge_fragments
from workbench.scoring.collection import Compared, InMemory, compare_collections
from workbench.scoring.selection import Selection

TEXT = "𠀀四川省政协与民革、民盟重庆市委向剑阁县姚家乡\u00a0贫困户捐赠210万元,并开展回访"
KNOWN = Selection(known=open_schema())

Content = dict[str, Any]


def at(surface: str) -> list[list[int]]:
    """Fragments of a surface string in TEXT; `…` stands between the parts of a discontinuous one."""
    found: list[list[int]] = []
    for part in surface.split("…"):
        start = TEXT.index(part, found[-1][1] if found else 0)
        found.append([start, start + len(part)])
    return found


def side(
    entities: Sequence[str] = (), relations: Sequence[str] = (), frames: Sequence[str] = (), **attributes: str
) -> Content:
    """A side by lines: `ORG 四川省政协`; `PART_OF 0 1` with numbers of entities; `ASSIST 捐赠 helper:0 place:1`.

    A frame's trigger `-` is no trigger. `attributes` are those of all entities.
    """
    written: Content = {"entities": [], "relations": [], "frames": []}
    for index, line in enumerate(entities):
        kind, surface = line.split(" ", 1)
        entity = {"id": f"T{index}", "type": kind, "fragments": at(surface), "attributes": attributes}
        written["entities"].append(entity)
    for index, line in enumerate(relations):
        kind, head, tail = line.split()
        written["relations"].append({"id": f"R{index}", "type": kind, "head": f"T{head}", "tail": f"T{tail}"})
    for index, line in enumerate(frames):
        kind, trigger, *fillers = line.split()
        arguments = [dict(zip(("role", "entity"), filler.split(":"), strict=True)) for filler in fillers]
        frame = {
            "id": f"E{index}",
            "type": kind,
            "trigger": None if trigger == "-" else {"fragments": at(trigger)},
            "arguments": [{"role": one["role"], "entity": f"T{one['entity']}"} for one in arguments],
        }
        written["frames"].append(frame)
    return written


def compared(
    gold: Content,
    predicted: Content,
    selection: Selection = KNOWN,
    text: str | None = TEXT,
    zones: tuple[Zone, ...] = (),
) -> Compared:
    """The one document of two sides."""
    sides = [
        InMemory([AnnotatedDocument("d1", Annotation.model_validate({"doc_id": "d1", **content}), text, zones)])
        for content in (gold, predicted)
    ]
    (found,) = compare_collections(sides[0], sides[1], selection)
    return found


def shuffled(content: Content, seed: int) -> Content:
    """The same side in another order."""
    chance = random.Random(seed)  # noqa: S311
    frames = [{**frame, "arguments": _mixed(frame["arguments"], chance)} for frame in content["frames"]]
    return {
        **content,
        "entities": _mixed(content["entities"], chance),
        "relations": _mixed(content["relations"], chance),
        "frames": _mixed(frames, chance),
    }


def _mixed(items: Sequence[Content], chance: random.Random) -> list[Content]:
    return chance.sample(list(items), len(items))


def renamed(content: Content, seed: int) -> Content:
    """The same side with other ids, which sort in another order."""
    items = [*content["entities"], *content["relations"], *content["frames"]]
    numbers = random.Random(seed).sample(range(1000), len(items))  # noqa: S311
    names = {item["id"]: f"x{number}" for item, number in zip(items, numbers, strict=True)}
    return {
        **content,
        "entities": [{**item, "id": names[item["id"]]} for item in content["entities"]],
        "relations": [
            {**item, "id": names[item["id"]], "head": names[item["head"]], "tail": names[item["tail"]]}
            for item in content["relations"]
        ],
        "frames": [
            {
                **item,
                "id": names[item["id"]],
                "arguments": [{**one, "entity": names[one["entity"]]} for one in item["arguments"]],
            }
            for item in content["frames"]
        ],
    }


@st.composite
def dense_sides(draw: st.DrawFn, predicted: bool, size: int = 8) -> Content:
    """A side of a text of `size` code points, crowded so that every category is met; predictions may have wrong labels.

    Not drawn for gold: entity type WRONG, relation type ODD, frame type ODD, role odd.
    """

    def one_of(known: list[str], wrong: str) -> str:
        return draw(st.sampled_from([*known, wrong] if predicted else known))

    entities = [
        {
            "id": f"T{index}",
            "type": one_of(["ORG", "ORG", "LOC", "MONEY"], "WRONG"),
            "fragments": draw(fragments(size, most=2)),
            "attributes": draw(st.sampled_from([{}, {}, {}, {"mention": "NOM"}])),
        }
        for index in range(draw(st.integers(0, 6)))
    ]
    ends = [entity["id"] for entity in entities]
    relations, frames = [], []
    if len(ends) > 1:
        for index in range(draw(st.integers(0, 5))):
            head, tail = draw(st.lists(st.sampled_from(ends), min_size=2, max_size=2, unique=True))
            kind = one_of(["PART_OF", "ASSISTS", "COOPERATES_WITH"], "ODD")
            relations.append({"id": f"R{index}", "type": kind, "head": head, "tail": tail})
    for index in range(draw(st.integers(0, 4))):
        trigger = draw(st.none() | fragments(size, most=1))
        fillers = draw(st.lists(st.sampled_from(ends), max_size=3)) if ends else []
        arguments = [{"role": one_of(["helper", "place"], "odd"), "entity": filler} for filler in fillers]
        kind = one_of(["ASSIST", "ASSIST", "VISIT"], "ODD")
        where = {"fragments": trigger} if trigger else None
        frames.append({"id": f"E{index}", "type": kind, "trigger": where, "arguments": arguments})
    return {"entities": entities, "relations": relations, "frames": frames}


@st.composite
def altered(draw: st.DrawFn, content: Content, length: int) -> Content:
    """A prediction made of gold: some items are left out, moved, relabelled or repeated."""
    entities = []
    for entity in content["entities"]:
        change = draw(st.sampled_from(["keep", "keep", "move", "relabel", "repeat"]))
        made = {**entity, "text": None}
        if change == "move":
            made["fragments"] = draw(fragments(length))
        if change == "relabel":
            made["type"] = draw(st.sampled_from(["ORG", "LOC", "WRONG"]))
        entities.append(made)
        if change == "repeat":
            entities.append({**made, "id": f"{made['id']}again"})
    relations = [
        {**relation, "type": draw(st.sampled_from([relation["type"], "PART_OF", "ODD"]))}
        for relation in content["relations"]
        if draw(st.booleans())
    ]
    frames = [{**frame, "trigger": draw(st.sampled_from([frame["trigger"], None]))} for frame in content["frames"]]
    return {"entities": entities, "relations": relations, "frames": frames}


@st.composite
def drawn(draw: st.DrawFn) -> tuple[str, Content, Content]:
    """A text with a gold and a predicted side."""
    if draw(st.booleans()):
        gold, predicted = draw(dense_sides(predicted=False)), draw(dense_sides(predicted=True))
        return "𠀀政协\u00a0村县，委", gold, predicted
    text, annotation = draw(annotated_texts())
    fields = annotation.model_dump(mode="json", include={"entities", "relations", "frames", "finished_layers"})
    for entity in fields["entities"]:
        entity["fragments"] = merge_fragments(annotation.entity_by_id[entity["id"]].fragments)
    return text, fields, draw(altered(fields, len(text)))
