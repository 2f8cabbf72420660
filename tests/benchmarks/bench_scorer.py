"""Speed and memory of scoring, as ratios to orjson, nervaluate and seqeval on the same documents in the same run.

Run: python tests/benchmarks/bench_scorer.py [--documents 10000] [--seed 7]

Both sides are JSON lines without texts: documents of 3,000 characters with 60 entities and 30 relations on each side.
The predicted file has its documents in another order. Times are CPU times, the best of three interleaved rounds.

Parsing and decoding keep what they make of a hundred documents, as a program does that goes on to use it; bars are
ratios to that. The last column is the ratio to parsing that drops every document at once, which takes half the time.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

LENGTH, ENTITIES, RELATIONS = 3_000, 60, 30
TYPES = [f"TYPE_{letter}" for letter in "ABCDEFGHIJKL"]
LINKS = [f"LINK_{letter}" for letter in "ABCDEF"]
ROUNDS, CHUNK, SLOW = 3, 100, 200
"""Rounds, documents that are in memory together, and documents for the slow scorers."""

Document = dict[str, Any]
Times = dict[str, float]


def gold_document(name: str, draw: random.Random) -> Document:
    """Sixty entities, some nested, and thirty relations between neighbours."""
    entities = []
    for index in range(ENTITIES):
        start = index * LENGTH // ENTITIES + draw.randrange(0, 30)
        entities.append((start, start + draw.randrange(2, 12), draw.choice(TYPES)))
    for index in draw.sample(range(ENTITIES), ENTITIES * 15 // 100):
        outer = entities[index - 1]
        if outer[1] - outer[0] > 3:
            entities[index] = (outer[0], outer[0] + draw.randrange(1, outer[1] - outer[0]), draw.choice(TYPES))
    entities.sort()
    relations = [(draw.choice(LINKS), index, (index + draw.randrange(1, 6)) % ENTITIES) for index in range(RELATIONS)]
    return written(name, entities, relations)


def predicted_document(gold: Document, draw: random.Random) -> Document:
    """What a fair system makes of it: about four in five entities exact, 15 % nested, some shifted, lost or made up."""
    entities, kept = [], {}
    for entity in gold["entities"]:
        start, end, kind = entity["start"], entity["end"], entity["type"]
        chance = draw.random()
        if chance > 0.96:
            continue
        if chance > 0.90:
            end += draw.randrange(1, 4)
        elif chance > 0.85:
            kind = draw.choice(TYPES)
        elif chance > 0.81:
            start = max(0, start - draw.randrange(1, 4))
        kept[entity["id"]] = len(entities)
        entities.append((start, end, kind))
    while len(entities) < ENTITIES:
        outer = draw.choice(entities)
        start = outer[0] if draw.random() < 0.8 else draw.randrange(LENGTH - 10)
        entities.append((start, start + draw.randrange(1, 5), draw.choice(TYPES)))
    relations = []
    for relation in gold["relations"]:
        if relation["head"] in kept and relation["tail"] in kept and draw.random() < 0.85:
            relations.append((relation["type"], kept[relation["head"]], kept[relation["tail"]]))
    while len(relations) < RELATIONS:
        head = draw.randrange(ENTITIES - 1)
        relations.append((draw.choice(LINKS), head, head + 1))
    return written(gold["doc_id"], entities, relations)


def written(name: str, entities: list[tuple[int, int, str]], relations: list[tuple[str, int, int]]) -> Document:
    """A document as a line of JSON lines has it."""
    return {
        "doc_id": name,
        "entities": [
            {"id": f"T{index}", "type": kind, "start": start, "end": end}
            for index, (start, end, kind) in enumerate(entities)
        ],
        "relations": [
            {"id": f"R{index}", "type": kind, "head": f"T{head}", "tail": f"T{tail}"}
            for index, (kind, head, tail) in enumerate(relations)
        ],
    }


def make(folder: Path, documents: int, seed: int) -> tuple[Path, Path]:
    """Write both sides, the prediction in another order."""
    draw = random.Random(seed)  # noqa: S311
    paths = folder / f"gold-{documents}.jsonl", folder / f"predicted-{documents}.jsonl"
    predictions = []
    with paths[0].open("w", encoding="utf-8") as file:
        for index in range(documents):
            gold = gold_document(f"doc-{index:07d}", draw)
            file.write(json.dumps(gold, ensure_ascii=False) + "\n")
            predictions.append(json.dumps(predicted_document(gold, draw), ensure_ascii=False))
    draw.shuffle(predictions)
    paths[1].write_text("\n".join(predictions) + "\n", encoding="utf-8")
    return paths


class Clock:
    """Adds up CPU seconds by name; the best round of each is kept."""

    def __init__(self) -> None:
        self.best: Times = {}
        self._round: Times = {}

    def run(self, name: str, work: Callable[[], Any]) -> Any:
        """Do the work and add its time to the round."""
        started = time.process_time()
        result = work()
        self._round[name] = self._round.get(name, 0.0) + time.process_time() - started
        return result

    def end_round(self) -> None:
        """Keep the times that are the best so far."""
        for name, taken in self._round.items():
            self.best[name] = min(taken, self.best.get(name, taken))
        self._round = {}


def chunks(paths: tuple[Path, Path]) -> Iterator[tuple[list[str], list[bytes]]]:
    """Ids and lines of both sides, some documents at a time."""
    with paths[0].open("rb") as gold, paths[1].open("rb") as predicted:
        ids: list[str] = []
        lines: list[bytes] = []
        for one, other in zip(gold, predicted, strict=True):
            ids.append(json.loads(one)["doc_id"])
            lines += (one, other)
            if len(ids) == CHUNK:
                yield ids, lines
                ids, lines = [], []
        if ids:
            yield ids, lines


def measure_steps(paths: tuple[Path, Path], clock: Clock) -> None:
    """One round over all documents: parsing, decoding and scoring, each by itself."""
    import orjson

    from workbench.core.integrity import holds_together
    from workbench.corpus.sources import JsonLines
    from workbench.scoring.comparison import compare_document
    from workbench.scoring.items import items_of
    from workbench.scoring.rules import rule
    from workbench.scoring.selection import Selection
    from workbench.scoring.tables import CountTable

    selection = Selection()
    entities = [CountTable(rule(("entity", "tally", "all")))]
    both = [CountTable(rule(key)) for key in (entities[0].rule.key, ("relation", "strict"), ("relation", "boundaries"))]
    sources = [clock.run("index", lambda path=path: JsonLines(path)) for path in paths]

    def decoded(doc_id: str) -> Any:
        annotations = [source.read(doc_id).annotation for source in sources]
        if not all(holds_together(annotation) for annotation in annotations):
            raise SystemExit(f"{doc_id} does not hold together")
        return doc_id, tuple(items_of(annotation) for annotation in annotations)

    def scored(documents: list[Any], tables: list[CountTable]) -> None:
        for doc_id, sides in documents:
            comparison = compare_document(doc_id, sides, selection)
            for table in tables:
                table.add(table.rule.counting(comparison))

    for ids, lines in chunks(paths):
        clock.run("orjson", lambda lines=lines: [orjson.loads(line) for line in lines])
        clock.run("orjson, keeping nothing", lambda lines=lines: [None for line in lines if not orjson.loads(line)])
        documents = clock.run("decode", lambda ids=ids: [decoded(doc_id) for doc_id in ids])
        clock.run("entities", lambda documents=documents: scored(documents, entities))
        clock.run("entities and relations", lambda documents=documents: scored(documents, both))


def measure_others(paths: tuple[Path, Path], clock: Clock, documents: int) -> None:
    """One round of the other scorers, and ours, over the first documents."""
    import nervaluate
    from seqeval.metrics.sequence_labeling import precision_recall_fscore_support

    wanted = [json.loads(line) for _, line in zip(range(documents), paths[0].open("rb"), strict=False)]
    names = {document["doc_id"] for document in wanted}
    found = {one["doc_id"]: one for one in map(json.loads, paths[1].open("rb")) if one["doc_id"] in names}
    pairs = [(document, found[document["doc_id"]]) for document in wanted]
    # nervaluate's ends are those of the last character
    spans = [
        [
            [{"label": one["type"], "start": one["start"], "end": one["end"] - 1} for one in document["entities"]]
            for document in side
        ]
        for side in zip(*pairs, strict=True)
    ]
    clock.run("nervaluate", nervaluate.Evaluator(*spans, tags=TYPES, loader="dict").evaluate)
    tags = [[flat_tags(document) for document in side] for side in zip(*pairs[:SLOW], strict=True)]
    clock.run("seqeval", lambda: precision_recall_fscore_support(*tags, average=None, zero_division=0))


def flat_tags(document: Document) -> list[str]:
    """A tag for each character; of nested entities the first stays."""
    tags = ["O"] * (LENGTH + 20)
    for entity in document["entities"]:
        start, end = entity["start"], entity["end"]
        if set(tags[start:end]) == {"O"}:
            tags[start:end] = [f"B-{entity['type']}", *([f"I-{entity['type']}"] * (end - start - 1))]
    return tags


def end_to_end(gold: Path, predicted: Path) -> None:
    """Score the files whole, in a process of its own; print CPU seconds and peak memory in MB before and after."""
    from workbench.corpus.sources import open_annotated
    from workbench.scoring.score import score_sources
    from workbench.scoring.selection import Selection

    before = peak()
    started = time.process_time()
    made = score_sources(open_annotated(gold), open_annotated(predicted), Selection())
    taken = time.process_time() - started
    counts = sum(table.size for table in made.tables.values()) / 2**20
    print(json.dumps({"seconds": taken, "before": before, "after": peak(), "counts": counts}))


def peak() -> float:
    """Greatest resident memory of this process so far, in MB."""
    # Not ru_maxrss, which starts with that of the process that started this one.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def run_whole(paths: tuple[Path, Path]) -> dict[str, float]:
    """The best of three whole runs."""
    command = [sys.executable, __file__, "--whole", *map(str, paths)]
    runs = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(ROUNDS)]
    return min(runs, key=lambda run: run["seconds"])


def table(best: Times, documents: int, slow: int) -> bool:
    """Print absolute times and ratios, and tell whether all bars are met."""
    print(f"{'':28}{'ms a document':>14}{'documents/s':>13}{'x orjson':>10}{'x keeping nothing':>19}")
    counts = {"nervaluate": min(slow * 5, documents), "seqeval": min(slow, documents)}
    each = {name: taken / counts.get(name, documents) for name, taken in best.items()}
    for name, taken in each.items():
        ratios = f"{taken / each['orjson']:10.2f}{taken / each['orjson, keeping nothing']:19.2f}"
        print(f"{name:28}{1000 * taken:14.3f}{1 / taken:13.0f}{ratios}")
    bars = [
        ("entities alone, times nervaluate's speed", each["nervaluate"] / each["entities"], 8, True),
        ("entities and relations, in orjson times", each["entities and relations"] / each["orjson"], 3, False),
        ("decoding, in orjson times", each["decode"] / each["orjson"], 4, False),
    ]
    print(f"entities alone, times seqeval's speed: {each['seqeval'] / each['entities']:.1f}")
    verdicts = [judged(*bar) for bar in bars]
    return all(verdicts)


def judged(name: str, number: float, bar: float, at_least: bool) -> bool:
    """Print a number beside its bar."""
    fits = number >= bar if at_least else number <= bar
    print(f"{'PASS' if fits else 'FAIL'}  {name}: {number:.2f} (bar: {'at least' if at_least else 'at most'} {bar})")
    return fits


def memory(small: dict[str, float], large: dict[str, float], more: int) -> bool:
    """Print what the whole runs took; beside counts and the index, memory must not grow with the documents."""
    for run in (small, large):
        print(
            f"whole run, {run['documents']:.0f} documents: {run['seconds']:.2f} CPU s, "
            f"peak {run['after']:.0f} MB ({run['before']:.0f} MB before, {run['counts']:.1f} MB of counts)"
        )
    index = 2 * 200 * more / 2**20
    rest = large["after"] - small["after"] - (large["counts"] - small["counts"]) - index
    return judged("growth beside counts and index, in MB", rest, 8, at_least=False)


def main() -> None:
    """Make documents, measure, print, and fail when a bar is missed."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--documents", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--whole", nargs=2, type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.whole:
        end_to_end(*given.whole)
        return
    with tempfile.TemporaryDirectory() as folder:
        paths = make(Path(folder), given.documents, given.seed)
        clock = Clock()
        for _ in range(ROUNDS):
            measure_steps(paths, clock)
            measure_others(paths, clock, 5 * SLOW)
            clock.end_round()
        fits = table(clock.best, given.documents, SLOW)
        few = given.documents // 5
        runs = [
            run_whole(make(Path(folder), few, given.seed)) | {"documents": few},
            run_whole(paths) | {"documents": given.documents},
        ]
        fits = memory(*runs, given.documents - few) and fits
    if not fits:
        raise SystemExit("a bar is missed")


if __name__ == "__main__":
    main()
