"""Short ways to write documents in tests of the scorer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.core.records import AnnotatedDocument, Annotation, Zone
from workbench.scoring.measures import parse
from workbench.scoring.score import Score, score

TEXT = "四川省政协向𠀀剑阁县姚家乡贫困户捐赠210万元并回访"


def document(
    entities: Sequence[Sequence[Any]] = (),
    relations: Sequence[tuple[str, int, int]] = (),
    events: Sequence[tuple[str, tuple[int, int] | None, Sequence[tuple[str, int]]]] = (),
    zones: tuple[Zone, ...] = (),
    doc_id: str = "d1",
    **fields: Any,
) -> AnnotatedDocument:
    """A document by (start, end, type[, further fields]) or ((start, end), …, type); ends are numbers of entities."""
    written = []
    for index, entity in enumerate(entities):
        more = entity[-1] if isinstance(entity[-1], dict) else {}
        *where, kind = entity[:-1] if more else entity
        fragments = [where] if isinstance(where[0], int) else where
        written.append({"id": f"T{index}", "type": kind, "fragments": fragments, **more})
    content = {
        "doc_id": doc_id,
        "entities": written,
        "relations": [
            {"id": f"R{index}", "type": kind, "head": f"T{head}", "tail": f"T{tail}"}
            for index, (kind, head, tail) in enumerate(relations)
        ],
        "frames": [
            {
                "id": f"E{index}",
                "type": kind,
                "trigger": {"fragments": [trigger]} if trigger else None,
                "arguments": [{"role": role, "entity": f"T{filler}"} for role, filler in arguments],
            }
            for index, (kind, trigger, arguments) in enumerate(events)
        ],
        **fields,
    }
    return AnnotatedDocument(doc_id, Annotation.model_validate(content), None, zones)


def value(gold: AnnotatedDocument, predicted: AnnotatedDocument, name: str, **options: Any) -> float | None:
    """One measure of one document."""
    measure = parse(name)
    return score([gold], [predicted], measures=[measure], **options).value(measure).value


def numbers(made: Score, name: str) -> tuple[int, int, int, int, int]:
    """COR, INC, PAR, MIS, SPU of a measure."""
    counts = made.counts(parse(name))
    gold = counts.gold
    return gold.correct, gold.incorrect, gold.partial, gold.unmatched, counts.predicted.unmatched
