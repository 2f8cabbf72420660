"""Sentences of a clean text, exact to the code point.

A newline always ends a sentence; `。！!？?` and ellipses do, with the closing quotes and brackets after them. ASCII
`.` and `;` never do: they stand in numbers, addresses and lists.
"""

from __future__ import annotations

import re

from workbench.core.text import Span

_SENTENCE_END = re.compile(r"\n|[。！!？?…]++[”’」』》〉）)】\]\"']*+(?![,，、;；:：])")


def split_sentences(text: str) -> tuple[Span, ...]:
    """The sentences in order: they cover all text that is not white space, do not overlap, and have no white edges.

    A sentence goes on where a comma or another clause mark follows the closing quote.
    """
    found: list[Span] = []
    start = 0
    for end in [*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]:
        piece = text[start:end]
        content = piece.strip()
        if content:
            first = start + piece.index(content)
            found.append(Span(first, first + len(content)))
        start = end
    return tuple(found)
