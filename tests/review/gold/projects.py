"""A small project with two annotators, whose batch can be adjudicated, released and corrected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.review.adjudication.cases import SCHEMA
from tests.scoring.documents import document as annotated
from workbench.core.files import write_text
from workbench.core.records import Annotation, Document, Meta, Zone, text_hash
from workbench.core.schema import stamp
from workbench.core.text import Span
from workbench.corpus.documents import dump_document
from workbench.corpus.releases import Release
from workbench.corpus.tasks import Batch, dump_settings
from workbench.formats import native
from workbench.review.adjudication.docket import open_docket, save
from workbench.review.adjudication.judgements import Signature, judge
from workbench.review.adjudication.lines import Judgement, Line
from workbench.review.gold.candidate import ABOUT_FILE, open_candidate
from workbench.review.gold.reasons import doubts_about, reasons_against
from workbench.review.gold.release import draft_release, write_release

# an astral character, a no-break space, full-width digits and brackets
TEXTS = {
    "r1": "四川省政协向𠀀剑阁县\u00a0姚家乡贫困户（２组）捐赠210万元。\n政协网 版权所有\n",
    "r2": "５月,四川省政协到剑阁县走访贫困户12户。\n",
}
FOOTER = Zone(kind="footer", start=TEXTS["r1"].index("政协网"), end=len(TEXTS["r1"]) - 1)
ABOUT = "A and B are *made up* for a test | with a pipe."
FIRST, LATER = "2026-11-22T10:00:00Z", "2026-11-29T08:30:00Z"

Spec = tuple[str, str, Mapping[str, Any]]
"""String, type and further fields of an entity."""

SICHUAN = {"kind": "place", "name": "四川省", "code": "510000", "revision": "201904"}
JIANGE = {"kind": "place", "name": "剑阁县", "code": "510823", "revision": "201904"}
R1: tuple[Spec, ...] = (
    ("四川省政协", "ORG", {"attributes": {"mention": "NAM", "org_type": "cppcc"}, "cluster": "k1"}),
    ("四川省", "LOC", {"attributes": {"level": "province"}, "value": SICHUAN}),
    ("剑阁县", "LOC", {"attributes": {"level": "county"}, "value": JIANGE}),
    ("姚家乡", "LOC", {"attributes": {"level": "township"}}),
    ("贫困户", "GROUP", {"attributes": {"class": "poor_household"}}),
    ("210万元", "MONEY", {"value": {"kind": "money", "value": 2100000}}),
)
R2: tuple[Spec, ...] = (
    ("５月", "TIME", {"value": {"kind": "time", "type": "DATE", "value": "2020-05"}}),
    ("四川省政协", "ORG", {"attributes": {"mention": "NAM", "org_type": "cppcc"}, "cluster": "k1"}),
    ("四川省", "LOC", {"attributes": {"level": "province"}, "value": SICHUAN}),
    ("剑阁县", "LOC", {"attributes": {"level": "county"}, "value": JIANGE}),
    ("贫困户", "GROUP", {"attributes": {"class": "poor_household"}}),
    ("12户", "QUANT", {"value": {"kind": "quantity", "value": 12, "unit": "户"}}),
)


def span_of(doc_id: str, string: str) -> tuple[int, int]:
    """Where a string first stands."""
    start = TEXTS[doc_id].index(string)
    return start, start + len(string)


def passed(
    doc_id: str,
    entities: Iterable[Spec],
    author: str,
    relations: Iterable[tuple[str, str, str]] = (),
    frames: Iterable[tuple[str, str, Mapping[str, str]]] = (),
) -> Annotation:
    """An annotator's pass over a document; relations and arguments name their entities by the first of that string."""
    specs = list(entities)
    number = {string: index for index, (string, _, _) in reversed(list(enumerate(specs)))}
    made = annotated(
        [(*span_of(doc_id, string), kind, dict(more) or {"note": None}) for string, kind, more in specs],
        [(kind, number[head], number[tail]) for kind, head, tail in relations],
        [
            (kind, span_of(doc_id, trigger), [(role, number[filler]) for role, filler in roles.items()])
            for kind, trigger, roles in frames
        ],
        doc_id=doc_id,
        author=author,
        made_with=stamp(SCHEMA),
        text_sha256=text_hash(TEXTS[doc_id]),
        finished_layers=SCHEMA.finishable,
    ).annotation
    texts = [
        entity.model_copy(update={"text": string}) for entity, (string, _, _) in zip(made.entities, specs, strict=True)
    ]
    return made.model_copy(update={"entities": tuple(texts)})


PART = ("PART_OF", "姚家乡", "剑阁县")
GIFT = ("ASSIST", "捐赠", {"helper": "四川省政协", "beneficiary": "贫困户", "amount": "210万元", "place": "姚家乡"})
VISIT = ("VISIT", "走访", {"visitor": "四川省政协", "visited": "贫困户", "visited_count": "12户", "time": "５月"})
COUNTED = ("HAS_QUANTITY", "贫困户", "12户")


def passes() -> dict[tuple[str, str], Annotation]:
    """The passes by author and document: B has another boundary, no township, and another role in r1."""
    gift_of_b = (*GIFT[:2], {"organiser": "四川省政协", "beneficiary": "贫困户（２组）", "amount": "210万元"})
    without = [spec for spec in R1 if spec[0] not in ("姚家乡", "贫困户")]
    return {
        ("A", "r1"): passed("r1", R1, "A", [PART], [GIFT]),
        ("A", "r2"): passed("r2", R2, "A", [COUNTED], [VISIT]),
        ("B", "r1"): passed(
            "r1",
            [*without, ("贫困户（２组）", "GROUP", {"attributes": {"class": "poor_household"}})],
            "B",
            [],
            [gift_of_b],
        ),
        ("B", "r2"): passed("r2", R2, "B", [COUNTED], [VISIT]),
    }


def project(root: Path, change: Callable[[Annotation], Annotation] | None = None) -> Batch:
    """A project with the batch `small`; `change` may alter every pass."""
    batch = Batch(root, "small", "cppcc_poverty")
    write_text(batch.folder / "batch.toml", dump_settings(batch))
    write_text(batch.folder / ABOUT_FILE, ABOUT + "\n")
    for doc_id, text in TEXTS.items():
        zones = (FOOTER,) if doc_id == "r1" else ()
        document = Document(
            doc_id=doc_id,
            text=text,
            source=f"{doc_id}.txt",
            raw_sha256=text_hash(text),
            meta=Meta(date="2020-06-02"),
            zones=zones,
            sentences=(Span(0, text.index("\n")),),
        )
        files = dump_document(document)
        write_text(batch.documents_folder / f"{doc_id}.txt", files.text)
        write_text(batch.documents_folder / f"{doc_id}.json", files.record)
    for (author, doc_id), annotation in passes().items():
        native.write(batch.annotation_file(author, doc_id), change(annotation) if change else annotation)
    return batch


def decide(batch: Batch, *judgements: Mapping[str, Any], time: str = FIRST) -> None:
    """Apply judgements and save them; reason and category are filled in."""
    lines = [
        Line(Judgement.model_validate({"reason": "as the text says", "category": "slip", **content}), Path("j"), number)
        for number, content in enumerate(judgements, 1)
    ]
    save(batch, judge(open_docket(batch, SCHEMA), lines, Signature("judge", time), SCHEMA))


def unit(batch: Batch, kind: str, string: str, doc_id: str = "r1") -> str:
    """The key of the unit of a kind that has a reading with this string."""
    for entry in open_docket(batch, SCHEMA):
        for one in entry.merged.judged:
            if entry.document.doc_id == doc_id and one.unit.kind == kind and string in repr(one.unit):
                return one.unit.key
    raise LookupError((kind, string))


def accept(batch: Batch, author: str = "A", time: str = FIRST) -> None:
    """Accept one annotator everywhere, until nothing is open."""
    while True:
        keys = [
            one.unit.key for entry in open_docket(batch, SCHEMA) for one in entry.merged.judged if one.status == "open"
        ]
        if not keys:
            return
        decide(batch, *({"unit": key, "choice": "accept", "accept": author} for key in keys), time=time)


def answer(batch: Batch, time: str = FIRST) -> None:
    """Answer every finding of the audit that speaks against a release."""
    found = [one.finding for one in doubts_about(open_candidate(batch, "9.9.9")) if one.rule != "value"]
    if found:
        decide(batch, *({"doc_id": one.doc_id, "finding": one.key} for one in found), time=time)


def settled(root: Path, change: Callable[[Annotation], Annotation] | None = None) -> Batch:
    """A project whose batch may be released."""
    batch = project(root, change)
    accept(batch)
    answer(batch)
    return batch


def released(batch: Batch, version: str = "0.1.0") -> Release:
    """Release a batch."""
    return write_release(draft_release(batch, version))


def rules(batch: Batch, version: str = "0.1.0", date: str | None = None) -> list[str]:
    """The rules that speak against a release, each once."""
    return list(dict.fromkeys(one.rule for one in reasons_against(open_candidate(batch, version, date))))


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
