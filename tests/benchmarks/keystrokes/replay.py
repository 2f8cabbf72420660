"""The replay: every report of the gold through the editor, once for each set of sources."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.keystrokes.annotator import Annotator
from tests.benchmarks.keystrokes.desk import Desk, Press, desk_on, place_in, predict
from tests.benchmarks.keystrokes.peers import PEERS, Text
from tests.benchmarks.keystrokes.targets import Mention, Report, report
from workbench.annotation.offering import NO_SOURCES, Sources
from workbench.formats import native

PROJECT = Path(__file__).resolve().parents[3]
GOLD = PROJECT / "gold" / "0.1.0" / "annotations"

SETTINGS = {
    "cold": NO_SOURCES,
    "strings": Sources(strings=True, values=False, programs=()),
    "rules + strings": Sources(strings=True, values=True, programs=("rules",)),
}
"""Where suggestions come from, by row of the table. Strings are those labelled earlier in the same replay."""


class Replayed(NamedTuple):
    """One report: every key, what came out and should, what could not be done, and the keys of each entity.

    `hidden` links had to be found in the list beside the text; `undecided` suggestions were left open.
    """

    doc_id: str
    presses: tuple[Press, ...]
    gold: Report
    made: Report
    given_up: tuple[str, ...]
    refusals: tuple[str, ...]
    peers: dict[str, list[int]]
    peer_links: dict[str, list[int]]
    spent: dict[Mention, int]
    classes: dict[Mention, str]
    hidden: int
    undecided: int

    @property
    def exact(self) -> bool:
        """Whether the draft is the gold in entities, relations and frames."""
        return all(not gap for gap in self.gaps().values())

    def gaps(self) -> dict[str, Sequence[object]]:
        """What is in one of the two only."""
        deeds = [{(one.trigger, frozenset(one.fillers)) for one in side.deeds} for side in (self.gold, self.made)]
        return {
            "entities": sorted(set(self.gold.entities) ^ set(self.made.entities)),
            "relations": sorted(set(self.gold.ties) ^ set(self.made.ties)),
            "frames": sorted(deeds[0] ^ deeds[1], key=repr),
        }


def replay(setting: str, doc_ids: Sequence[str] = ()) -> list[Replayed]:
    """Annotate the reports one after the other with the sources of a setting.

    `doc_ids` are all reports of the gold by default.
    """
    sources = SETTINGS[setting]
    found = []
    with tempfile.TemporaryDirectory() as folder, place_in(Path(folder), PROJECT) as place:
        if sources.programs:
            predict(place)
        for doc_id in doc_ids or sorted(file.stem for file in GOLD.glob("*.json")):
            gold = report(native.read(GOLD / f"{doc_id}.json").annotation, place.schema)
            with desk_on(place, doc_id, sources) as desk:
                found.append(_one(desk, gold))
            if sources.strings:
                native.write(place.batch.annotation_file(place.actor.name, doc_id), desk.session.answer())
    return found


def _one(desk: Desk, gold: Report) -> Replayed:
    lattice, document = desk.editor.lattice, desk.session.document
    words = {one: sum(len(list(lattice.words(span))) for span in one.fragments) for one in gold.entities}
    text = Text(lattice, desk.canvas)
    peers = {peer.name: peer.entities(text, gold) for peer in PEERS}
    links = {peer.name: peer.relations(text, gold) for peer in PEERS if peer.relations}
    annotator = Annotator(desk, gold, document.sentences, words)
    annotator.annotate()
    return Replayed(
        document.doc_id,
        tuple(desk.presses),
        gold,
        desk.made(),
        tuple(annotator.given_up),
        tuple(desk.refusals),
        peers,
        links,
        dict(annotator.spent),
        annotator.classes,
        desk.hidden,
        desk.look().undecided,
    )


def keys_by(replayed: Sequence[Replayed], *names: str) -> Counter[tuple[str, ...]]:
    """Numbers of keys by the named fields of a press."""
    return Counter(tuple(str(getattr(press, name)) for name in names) for one in replayed for press in one.presses)
