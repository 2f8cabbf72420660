"""The result list of one answer in Label Studio to records.

Regions, their attributes and the links between them are read from their own fields, whoever made them. What the writer
had kept in `meta` is added to the item that it speaks of; it is ignored where that is gone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from workbench.core.errors import Fault
from workbench.core.records import Argument, Entity, Frame, Relation, Trigger, record_faults
from workbench.formats.label_studio.controls import CLUSTER, REMAINDER, attribute_of, control_name
from workbench.formats.label_studio.mentions import Mention, join
from workbench.formats.label_studio.own import beside, joined
from workbench.formats.label_studio.regions import (
    Region,
    Said,
    remainder_of,
    shown,
    sort_out,
)

REGION_KEYS = frozenset({"id", "from_name", "to_name", "type", "value", "meta", "score"})
VALUE_KEYS = frozenset({"start", "end", "text", "labels"})
META_KEYS = frozenset({"text", REMAINDER})
SHOWN = "shown"
"""The key that marks, by false, what was kept of a link as one that no result shows."""
DRAWN = "manual"
"""The origin that the editor gives to every region that no prediction proposed; it says nothing."""

_RecordT = TypeVar("_RecordT", bound=BaseModel)


class Records(NamedTuple):
    """What results say: records, results that have no place in them, and faults of all that is left out."""

    entities: tuple[Entity, ...]
    relations: tuple[Relation, ...]
    frames: tuple[Frame, ...]
    others: tuple[Any, ...]
    faults: tuple[Fault, ...]


class _Item(NamedTuple):
    """A mention with the id of its item and what was kept of that."""

    mention: Mention
    id: str
    kept: Mapping[str, Any]


class _End(NamedTuple):
    """What a link says at its head: a label, the item at the tail, where that stands, what else is said."""

    label: str
    tail: str
    place: str
    own: Mapping[str, Any]


def records_of(
    results: Sequence[Any], text: str, untriggered: Sequence[Any] = (), object_name: str | None = None
) -> Records:
    """Read a result list; `untriggered` are frames without a trigger, which have no region.

    A region with several labels becomes one item for each; the first has the region's id, its attributes and its links.
    With a name, only labels on that object of the task are read.
    """
    return _Reader(results, text, object_name).records(untriggered)


class _Reader:
    """Reads one result list."""

    def __init__(self, results: Sequence[Any], text: str, object_name: str | None) -> None:
        self.text = text
        self.found = sort_out(results, object_name)
        self.mentions, links, faults = join(self.found)
        self.faults = [*self.found.faults, *faults]
        self.others = dict(self.found.others)
        self.results = results
        self.names = self.found.names
        self.owners: dict[str, str] = {}
        self.items: list[_Item] = []
        self.entity_ids: set[str] = set()
        self.said: dict[str, list[Said]] = defaultdict(list)
        for one in self.found.said:
            self.said[one.region].append(one)
        self._name_items()
        self.ends: dict[str, list[_End]] = defaultdict(list)
        for link in links:
            head, tail = (self.owners.get(end, end) for end in (link.head, link.tail))
            self.ends[head] += [_End(label, tail, link.place, link.own) for label in link.labels]
        self._tell_shared_links()

    def _tell_shared_links(self) -> None:
        """Warn of links of a region that becomes several items: they go to the first."""
        linked = {*self.ends, *(end.tail for ends in self.ends.values() for end in ends)}
        for item in self.items:
            labels = item.mention.main.labels
            if len(labels) > 1 and item.id in linked:
                message = (
                    f"region {item.id!r} is {' and '.join(labels)}; its relations are read as those of {labels[0]}"
                )
                self.faults.append(Fault(message, item.mention.main.place, rule="labels", severity="warning"))

    def records(self, untriggered: Sequence[Any]) -> Records:
        for plain in _objects(untriggered):
            self.names.take(str(plain.get("id")))
        entities: list[Entity] = []
        frames: list[Frame] = []
        relations: list[Relation] = []
        for item in self.items:
            for number, label in enumerate(item.mention.main.labels):
                one = item if number == 0 else _Item(item.mention, self.names.near(item.id, 2), {})
                content = self._content(one, label, self._said_of(item.mention) if number == 0 else [])
                if item.mention.main.is_trigger:
                    frames += self._frame(one, content)
                else:
                    entities += self._entity(one, content)
        frames += self._untriggered(untriggered)
        for item in self.items:
            if not item.mention.main.is_trigger:
                relations += self._relations(item.id, item.kept, f"{item.mention.main.place}.meta")
        for stranger in list(self.ends):
            relations += self._relations(stranger, {}, "")
        others = tuple(self.others[index] for index in sorted(self.others))
        return Records(tuple(entities), tuple(relations), tuple(frames), others, tuple(self.faults))

    def _name_items(self) -> None:
        """Give every mention its id: its region's, or the one that Label Studio could not keep.

        A region of another control with the id and the place of one before it is a further label of that.
        """
        regions = {region.id for region in self.found.regions}
        first: dict[str, Region] = {}
        claimed: set[str] = set()
        for mention in self.mentions:
            main = mention.main
            before = first.setdefault(main.id, main)
            kept = remainder_of(main.raw)
            original, name = kept.get("id"), main.id
            if before.span == main.span and before.control != main.control:
                name, kept = self.names.near(name, 2), {}
            elif isinstance(original, str) and original not in regions and original not in claimed:
                name = original
                claimed.add(original)
            self.items.append(_Item(mention, name, kept))
            for part in mention.parts:
                self.owners.setdefault(part.id, name)
            if not main.is_trigger:
                self.entity_ids.add(name)

    # --- entities and frames -----------------------------------------------------------------------------------------

    def _said_of(self, mention: Mention) -> list[Said]:
        """The values of the attributes' controls for a mention, those of its main region first."""
        parts = [mention.main, *(part for part in mention.parts if part is not mention.main)]
        return [one for part in parts for one in self.said.pop(part.id, ())]

    def _content(self, item: _Item, label: str, said: Sequence[Said]) -> dict[str, Any]:
        """The fields that an entity and a frame have in common, as Label Studio's own fields say them."""
        mention, raw, place = item.mention, item.mention.main.raw, item.mention.main.place
        content: dict[str, Any] = {"id": item.id, "type": label, "extra": {}, "own": own_of(raw)}
        chosen: dict[tuple[bool, str], Said] = {}
        for one in sorted(said, key=lambda one: one.control != control_name(attribute_of(one.control), label)):
            clustering = one.control == CLUSTER and not mention.main.is_trigger
            key = (clustering, CLUSTER if clustering else attribute_of(one.control))
            if chosen.setdefault(key, one) is not one:
                self.others[one.at] = self.results[one.at]
        content["attributes"] = {
            attribute: one.value for (clustering, attribute), one in chosen.items() if not clustering
        }
        if (True, CLUSTER) in chosen:
            content["cluster"] = chosen[True, CLUSTER].value
        score = raw.get("score")
        if score is not None and (isinstance(score, bool) or not isinstance(score, (int, float))):
            self.faults.append(Fault(f"a number is needed here, not {shown(score)}", f"{place}.score", rule="record"))
        else:
            content["score"] = score
        note = next((note for part in (mention.main, *mention.parts) if (note := _note(part.raw))), None)
        return content if note is None else {**content, "note": note}

    def _entity(self, item: _Item, content: dict[str, Any]) -> Iterator[Entity]:
        content = {**content, "fragments": item.mention.fragments, "text": item.mention.words(self.text)}
        yield from self._record(Entity, content, item, ("value", "cluster", "note"))

    def _frame(self, item: _Item, content: dict[str, Any]) -> Iterator[Frame]:
        mention, kept = item.mention, item.kept
        trigger = Trigger(fragments=mention.fragments, text=mention.words(self.text))
        place = mention.main.place
        if "trigger" in kept:
            kept_trigger = {"fragments": mention.fragments, "text": trigger.text, "extra": kept["trigger"]}
            trigger = self._valid(Trigger, kept_trigger, f"{place}.meta.{REMAINDER}.trigger") or trigger
        arguments = tuple(self._arguments(item.id, kept, f"{place}.meta"))
        content = {**content, "trigger": trigger, "arguments": arguments}
        yield from self._record(Frame, content, item, ("note",))

    def _untriggered(self, frames: Sequence[Any]) -> Iterator[Frame]:
        """Frames without a trigger, without the arguments whose entities are gone."""
        for index, plain in enumerate(frames):
            frame = self._valid(Frame, plain, f"meta.{REMAINDER}.frames[{index}]")
            if frame is not None:
                left = tuple(argument for argument in frame.arguments if argument.entity in self.entity_ids)
                yield frame.model_copy(update={"arguments": left})

    def _record(
        self, model: type[_RecordT], content: dict[str, Any], item: _Item, fields: tuple[str, ...]
    ) -> Iterator[_RecordT]:
        """The record with what was kept of it; without, when that is faulty; none when it is faulty itself."""
        kept, place = item.kept, item.mention.main.place
        own = content.pop("own")
        plain = {**content, "extra": joined({}, own)}
        full = {field: kept[field] for field in fields if field in kept} | content
        attributes = kept.get("attributes", {})
        if isinstance(attributes, dict):
            attributes = {**attributes, **content["attributes"]}
        full |= {"attributes": attributes, "extra": joined(kept.get("extra", {}), own)}
        made = self._valid(model, full, f"{place}.meta.{REMAINDER}") if kept else None
        made = made or self._valid(model, plain, place)
        if made is not None:
            yield made

    def _valid(self, model: type[_RecordT], content: Any, place: str) -> _RecordT | None:
        try:
            return model.model_validate(content)
        except ValidationError as error:
            for fault in record_faults(error, None):
                self.faults.append(fault._replace(path=f"{place}.{fault.path}".strip(".")))
            return None

    # --- relations and arguments -------------------------------------------------------------------------------------

    def _relations(self, head: str, kept: Mapping[str, Any], place: str) -> Iterator[Relation]:
        """The relations of an entity: those of which something was kept, then the others."""
        ends = self.ends.pop(head, [])
        told: Counter[tuple[str, str]] = Counter()
        for index, plain in enumerate(_objects(kept.get("relations"))):
            end = _end_of(plain, ("type", "tail"), ends, self.entity_ids)
            if end is None:
                continue
            content = {**_unmarked(plain), "head": head, "extra": joined(plain.get("extra", {}), end.own)}
            relation = self._valid(Relation, content, f"{place}.{REMAINDER}.relations[{index}]")
            if relation is not None:
                told[relation.type, relation.tail] += 1
                yield relation
        for end in _untold(ends, told):
            content = {"id": self.names.numbered("R"), "type": end.label, "head": head, "tail": end.tail}
            relation = self._valid(Relation, {**content, "extra": joined({}, end.own)}, end.place)
            if relation is not None:
                yield relation

    def _arguments(self, frame: str, kept: Mapping[str, Any], place: str) -> Iterator[Argument]:
        """The arguments of a frame: those of which something was kept, then the others."""
        ends = self.ends.pop(frame, [])
        told: Counter[tuple[str, str]] = Counter()
        for index, plain in enumerate(_objects(kept.get("arguments"))):
            end = _end_of(plain, ("role", "entity"), ends, self.entity_ids)
            if end is None:
                continue
            content = {**_unmarked(plain), "extra": joined(plain.get("extra", {}), end.own)}
            argument = self._valid(Argument, content, f"{place}.{REMAINDER}.arguments[{index}]")
            if argument is not None:
                told[argument.role, argument.entity] += 1
                yield argument
        for end in _untold(ends, told):
            argument = self._valid(
                Argument, {"role": end.label, "entity": end.tail, "extra": joined({}, end.own)}, end.place
            )
            if argument is not None:
                yield argument


def own_of(raw: Mapping[str, Any]) -> dict[str, Any]:
    """What a region says beside all that is read, by its place: the region, its value, its meta."""
    region = beside(raw, REGION_KEYS)
    if region.get("origin") == DRAWN:
        del region["origin"]
    own: dict[str, Any] = {"region": region, "value": beside(raw["value"], VALUE_KEYS)}
    meta = raw.get("meta")
    own["meta"] = beside(meta, _read_of(meta)) if isinstance(meta, dict) else meta
    return {part: said for part, said in own.items() if said}


def _read_of(meta: Mapping[str, Any]) -> frozenset[str]:
    """The keys of a region's meta that are read."""
    return META_KEYS if isinstance(meta.get(REMAINDER), dict) else META_KEYS - {REMAINDER}


def _note(raw: Mapping[str, Any]) -> str | None:
    """The editor's own note on a region; None when it has none."""
    meta = raw.get("meta")
    found = meta.get("text") if isinstance(meta, dict) else None
    lines = found if isinstance(found, list) else [found]
    return "\n".join(line for line in lines if isinstance(line, str)) or None


def _objects(kept: Any) -> Iterator[Mapping[str, Any]]:
    return (plain for plain in kept if isinstance(plain, dict)) if isinstance(kept, list) else iter(())


def _end_of(plain: Mapping[str, Any], keys: tuple[str, str], ends: Sequence[_End], known: set[str]) -> _End | None:
    """The link that something was kept of; None when it, or the tail of one that no result shows, is gone."""
    label, tail = (plain.get(key) for key in keys)
    if not isinstance(label, str) or not isinstance(tail, str):
        return None
    if plain.get(SHOWN) is False:
        return _End(label, tail, "", {}) if tail in known else None
    return next((end for end in ends if (end.label, end.tail) == (label, tail)), None)


def _unmarked(plain: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in plain.items() if name != SHOWN}


def _untold(ends: Sequence[_End], told: Counter[tuple[str, str]]) -> Iterator[_End]:
    """The links beyond those that something was kept of."""
    for end in ends:
        if told[end.label, end.tail]:
            told[end.label, end.tail] -= 1
        else:
            yield end
