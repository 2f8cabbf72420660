"""The rules contain no word that was lifted from the annotated reports."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import opencc

import workbench.extractors

_HAN_RUN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003fffd]{3,}")
_GLOSS = re.compile(r"\([a-zA-Zü\u00e0-\u01dc\u0300-\u036f]+\)")

REASONS = {
    "office titles of the Chinese state and of enterprises": "副主席 第一书记 总经理 副组长",
    "organs that the charters of the party and the CPPCC name": "主席会议 常委会 专门委员会 专委会 中共中央",
    "everyday nouns for bodies": "领导小组 调研组 工作组 各级政府 合作社 电视台",
    "the national poverty registry's name for its unit": "贫困户",
    "everyday nouns for people": "农牧民 残疾人",
}
"""General vocabulary that annotators of any such report mark, and why it is general."""

ALLOWED = {word for words in REASONS.values() for word in words.split()}


def _constants(tree: ast.Module) -> Iterator[str]:
    """String constants of a module, without docstrings."""
    docstrings = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def _words_of_the_extractors() -> set[str]:
    folder = Path(workbench.extractors.__file__).parent
    return {
        run
        for file in folder.rglob("*.py")
        for constant in _constants(ast.parse(file.read_text(encoding="utf-8")))
        for run in _HAN_RUN.findall(constant)
    }


def _annotated_words(received: Path) -> set[str]:
    """Entity texts of both passes, in simplified characters and without pinyin glosses."""
    simplified = opencc.OpenCC("t2s")
    lines = [line for name in ("A", "B") for line in (received / f"{name}.jsonl").read_text("utf-8").splitlines()]
    texts = [entity["text"] for line in lines if line for entity in json.loads(line)["entities"]]
    return {simplified.convert(_GLOSS.sub("", text)) for text in texts}


def test_no_word_comes_from_the_annotations(received: Path) -> None:
    """No Han run of three or more characters in a string constant is an annotated text, but for general vocabulary."""
    annotated = _annotated_words(received)
    assert len(annotated) > 500
    assert _words_of_the_extractors() & annotated <= ALLOWED


def test_the_exceptions_are_needed_and_general(received: Path) -> None:
    """The list of exceptions holds nothing that is not in both; it stays as short as it can be."""
    assert _words_of_the_extractors() & _annotated_words(received) == ALLOWED
