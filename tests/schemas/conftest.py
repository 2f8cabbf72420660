"""A small schema to break in every way, and the clean texts of the reports."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from schemas.load import SchemaFault, SchemaFaulty, load

ROOT = Path(__file__).parents[2]
DOCUMENTS = ROOT / "tasks" / "pilot" / "documents"

SMALL = """\
id: small
version: 1.2.3
zh: 小
en: Small
reports:
  r1: report_one
layers:
  mention: {zh: 指称, en: Mentions, max_depth: 2}
  statement: {zh: 陈述, en: Statements}
zones:
  footer: {zh: 页脚, en: Footer, examples: [{doc: r1, text: 版权所有}]}
entities:
  - id: PLACE
    zh: 地
    en: Place
    layer: mention
    key: p
    badge: 地
    colour: '#101010'
    definition: A place.
    positive:
      - {doc: r1, text: 银溪村}
    nests: [PLACE]
    attributes:
      mention: {zh: 指称, values: {NAM: 专名, NOM: 普通名词}}
      code: {pattern: '[0-9]{6}'}
    optional_when: {mention: NOM}
  - id: BODY
    zh: 机
    en: Body
    layer: mention
    key: b
    badge: 机
    colour: '#202020'
    definition: A body.
    positive:
      - {doc: r1, text: 市政协}
    negative:
      - {doc: r1, text: 政协作用, span: 政协, why: abstract}
    confusions: [PLACE]
    nests: [PLACE, BODY]
  - id: CLAIM
    zh: 称
    en: Claim
    layer: statement
    key: c
    badge: 称
    colour: '#303030'
    definition: A claim.
    positive: []
    nests: ['*mention']
relations:
  - id: WITHIN
    zh: 属
    en: within
    pairs: [[PLACE, PLACE], [BODY, BODY]]
    example: {doc: r1, head: 银溪村, tail: 剑阁县}
  - id: WITH
    zh: 同
    en: with
    head: [BODY]
    tail: [BODY, PLACE]
    symmetric: true
    example: {doc: r1, head: 市政协, tail: 县政协}
frames:
  - id: HELP
    zh: 帮
    en: Help
    key: h
    badge: 帮
    colour: '#404040'
    trigger: a verb
    roles:
      helper: {card: 1-n, types: [BODY], zh: 帮扶者}
      place: {card: 0-1, types: [PLACE], zh: 地点}
    example: {doc: r1, trigger: 协调}
"""


@pytest.fixture(scope="session")
def small() -> str:
    """The text of a small schema without faults."""
    return SMALL


@pytest.fixture
def faults_of(tmp_path: Path) -> Callable[[str], tuple[SchemaFault, ...]]:
    """Write a schema file and list its faults."""

    def list_faults(text: str) -> tuple[SchemaFault, ...]:
        file = tmp_path / "schema.yaml"
        file.write_text(text, encoding="utf-8")
        try:
            load(str(file))
        except SchemaFaulty as error:
            return error.faults
        return ()

    return list_faults


@pytest.fixture(scope="session")
def clean_texts() -> Mapping[str, str]:
    """The clean texts of the five reports by document id."""
    return {file.stem: file.read_bytes().decode() for file in sorted(DOCUMENTS.glob("*.txt"))}


@pytest.fixture(scope="session")
def received_annotations() -> dict[str, list[dict[str, Any]]]:
    """The two received passes as they were made, with schema 0.1.0, in the native form."""
    from workbench.core.schema import open_schema
    from workbench.corpus.importing import import_annotations
    from workbench.corpus.tasks import Batch
    from workbench.formats import native

    batch = Batch.open(ROOT, "pilot")
    return {
        author: [
            json.loads(native.dump(item.annotation))
            for item in import_annotations(
                batch.folder / "received" / f"{author}.jsonl", batch, author, open_schema(), "raw"
            )
        ]
        for author in ("A", "B")
    }
