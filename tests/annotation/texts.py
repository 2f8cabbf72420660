"""Texts that break tools: what `tests.strategies` has, and graphemes of several code points."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.strategies import ALPHABET, any_text
from workbench.annotation.lattice import Lattice, build_lattice
from workbench.core.records import Document
from workbench.corpus.sentences import split_sentences
from workbench.corpus.words import build_index

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
FLAG = "\U0001f1e8\U0001f1f3"
THUMB = "\U0001f44d\U0001f3fd"
HEART = "\u2764\ufe0f"
JAMO = "\u1112\u1161\u11ab"
VARIANT = "葛\U000e0100"
CLUSTERS = (FAMILY, FLAG, THUMB, HEART, VARIANT, "e\u0301", JAMO, "\r\n", "\u0301", "\u200d", "\U0001f1e8")

texts = st.lists(st.sampled_from((*ALPHABET, *CLUSTERS)), max_size=50).map("".join) | any_text
"""Mixed-script text with combining marks, joined emoji, flags, variation selectors, jamo and CRLF."""

reports = st.lists(
    st.sampled_from(
        (
            "永州市政协",
            "四川省委",
            "政协主席",
            "蒋善生",
            "3.5万元",
            "2016年5月",
            "４０户",
            "1,200",
            "A9",
            "，",
            "。”",
            "《",
            "》",
            "\n",
            " ",
        )
    ),
    max_size=20,
).map("".join)
"""Texts that look like reports: names, numbers with units, marks, paragraphs."""


def lattice_of(text: str, *known: str) -> Lattice:
    """The lattice of a text."""
    return build_lattice(document_of(text), build_index(text), known)


def document_of(text: str, doc_id: str = "d") -> Document:
    """A document with its sentences."""
    return Document(doc_id=doc_id, text=text, sentences=split_sentences(text))
