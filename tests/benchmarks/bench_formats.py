"""How fast each format is read and written, as a ratio to merely parsing the same bytes in the same run.

Run: python -m tests.benchmarks.bench_formats [COPIES]

The documents are copies of the pilot gold. Reading is the reader and the check against the text, to full records;
parsing is what the format's usual parser needs to go once over the bytes. CPU seconds, best of three rounds.
"""

from __future__ import annotations

import csv
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from workbench.core.mending import mend
from workbench.core.records import AnnotatedDocument
from workbench.corpus.collections import format_names, format_of
from workbench.corpus.reading import read_annotated
from workbench.formats.contract import ReadSettings, WriteSettings

ROOT = Path(__file__).parents[2]
ROUNDS = 3


def copies(count: int) -> list[AnnotatedDocument]:
    """The pilot gold, `count` times over, with ids of its own for each document."""
    gold = read_annotated(ROOT / "gold" / "0.1.0")
    return [
        document._replace(
            doc_id=f"{document.doc_id}-{number}",
            annotation=document.annotation.model_copy(update={"doc_id": f"{document.doc_id}-{number}"}),
        )
        for number in range(count)
        for document in gold
    ]


def json_lines(path: Path) -> None:
    with path.open(encoding="utf-8") as file:
        for line in file:
            json.loads(line)


def json_files(path: Path) -> None:
    for file in files_of(path):
        content = file.read_text(encoding="utf-8")
        if file.suffix == ".json":
            json.loads(content)


def tab_lines(path: Path) -> None:
    for file in files_of(path):
        for line in file.read_text(encoding="utf-8").split("\n"):
            line.split("\t")


def xml(path: Path) -> None:
    from lxml import etree

    for file in files_of(path):
        etree.parse(file)


def rows(path: Path) -> None:
    import pyarrow.parquet

    pyarrow.parquet.read_table(path).to_pylist()


def docbin(path: Path) -> None:
    import spacy
    from spacy.tokens import DocBin

    list(DocBin(store_user_data=True).from_disk(path).get_docs(spacy.blank("zh").vocab))


def cells(path: Path) -> None:
    for file in files_of(path):
        with file.open(encoding="utf-8", newline="") as opened:
            for _ in csv.reader(opened):
                pass


PARSERS: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "native": ("json", json_files),
    "jsonl": ("json", json_lines),
    "brat": ("str.split", tab_lines),
    "label-studio": ("json", json_files),
    "xmi": ("lxml", xml),
    "parquet": ("pyarrow", rows),
    "spacy": ("spaCy", docbin),
    "bio": ("str.split", tab_lines),
    "bioes": ("str.split", tab_lines),
    "doccano": ("json", json_lines),
    "prodigy": ("json", json_lines),
    "csv": ("csv", cells),
    "graphml": ("lxml", xml),
}


def files_of(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())


def write(name: str, documents: list[AnnotatedDocument], path: Path) -> None:
    writer = format_of(name).writer(path, WriteSettings())
    for document in documents:
        writer.write(document)
    writer.close()


def read(name: str, path: Path) -> int:
    count = 0
    for found in format_of(name).read(path, ReadSettings()):
        assert found.document is not None
        assert not mend(found.document, repair=False).faults
        count += 1
    return count


def seconds(work: Callable[[], Any]) -> float:
    """CPU time of one call."""
    started = time.process_time()
    work()
    return time.process_time() - started


def measure(name: str, documents: list[AnnotatedDocument], folder: Path) -> tuple[float, float, float, int]:
    """Best times of writing, reading (infinite where the format is written only) and parsing, and the size in bytes."""
    module = format_of(name)
    ending = module.FORMAT.endings[0] if module.FORMAT.endings and module.FORMAT.layout != "folder" else ""
    path = folder / f"{name}-{ending.removeprefix('.')}{ending if name == 'parquet' else ''}"
    best = [float("inf")] * 3
    for number in range(ROUNDS):
        place = path.with_name(f"{number}-{path.name}")
        best[0] = min(best[0], seconds(lambda place=place: write(name, documents, place)))
        if module.FORMAT.reads:
            best[1] = min(best[1], seconds(lambda place=place: read(name, place)))
        best[2] = min(best[2], seconds(lambda place=place: PARSERS[name][1](place)))
        size = sum(file.stat().st_size for file in files_of(place))
    return best[0], best[1], best[2], size


def main() -> None:
    """Print one line for each format."""
    documents = copies(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
    columns = ("format", "MB", "write docs/s", "read docs/s", "parse docs/s", "write/parse", "read/parse", "parser")
    print("{:13}{:>7}{:>14}{:>13}{:>14}{:>13}{:>12}  {}".format(*columns))
    with tempfile.TemporaryDirectory() as folder:
        for name in format_names():
            writing, reading, parsing, size = measure(name, documents, Path(folder))
            count = len(documents)
            can = reading != float("inf")
            print(
                f"{name:13}{size / 1e6:7.1f}{count / writing:14.0f}{count / reading if can else 0:13.0f}"
                f"{count / parsing:14.0f}{writing / parsing:13.1f}{f'{reading / parsing:.1f}' if can else 'n/a':>12}"
                f"  {PARSERS[name][0]}"
            )


if __name__ == "__main__":
    main()
