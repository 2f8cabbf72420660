"""BIO tags, one character a line: `<character><tab><tag>`, a blank line for each line end of the text.

Our files begin every document with a line `-DOCSTART- <id><tab>O` and a blank line, and end it with a blank line, as
CoNLL-2003 does; the last tab of a line stands before the tag, whatever the character is. In the id, control characters
and % are written as in addresses (%09).

Files of others are read as well: BIO, BIOES, BILOU, BMES and IOB1, columns between tabs or blanks with the token first
and the tag last, tokens of several characters. Such tokens are joined without blanks, but for a blank between two that
touch with letters or digits of scripts that write blanks, unless a comment `# text = …` says how the sentence reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote

from workbench.core.decoding import DecodedText, read_foreign_text
from workbench.core.errors import Fault, FaultyData
from workbench.core.files import numbered_lines
from workbench.core.mending import Repair
from workbench.core.records import AnnotatedDocument, Annotation, Entity
from workbench.core.text import Span
from workbench.formats.chunks import Chunk, Scheme, Tag, chunks_of, flatten, is_iob1, parse_tag, tags_of
from workbench.formats.contract import Format, ReadDocument, ReadSettings, Sample, WriteSettings
from workbench.formats.losses import Loss, losses_of
from workbench.formats.text_file import TextFile

FORMAT = Format("bio", "BIO, one character a line", (".bio", ".conll"), "file")

_START = "-DOCSTART-"
_OWN_START = re.compile(rf"{_START} ([^\t]+)\tO")
_ID_IN_BRACKETS = re.compile(rf"{_START}\s+\((.+)\)")
_NOT_IN_AN_ID = re.compile("[%\x00-\x1f\x7f-\x9f\u2028\u2029]")
_COMMENT = re.compile(r"#\s*[\w.:]+\s*=")
_SAID_TEXT = re.compile(r"#\s*text\s*= ?(.*)", re.DOTALL)
_FIRST_CJK = "\u2e80"
_HEAD_LINES = 30
_LOST = (
    *("discontinuous", "relations", "frames", "attributes", "values", "clusters", "notes", "scores", "zones"),
    *("layers", "provenance", "extra"),
)


# --- recognising -----------------------------------------------------------------------------------------------------


def recognise(sample: Sample) -> bool:
    """Tell whether the beginning of a file is lines of tokens and tags, and no tag is of BIOES."""
    return tagging_of(sample) == "BIO"


def tagging_of(sample: Sample) -> Scheme | None:
    """The scheme that the tags at the beginning of a file are of; None when not all of its lines end in tags."""
    lines = sample.head.decode("utf-8-sig", errors="replace").split("\n")
    if len(lines) > 1:
        lines.pop()  # cut, or empty
    letters: set[str] = set()
    started = False
    for line in [line.removesuffix("\r") for line in lines if line.strip()][:_HEAD_LINES]:
        if line.startswith(_START):
            started = True
        elif not _is_comment(line):
            word, tag = _columns(line)
            found = parse_tag(tag)
            if not word or found is None:
                return None
            letters.add(found.letter)
    if not letters and not started:
        return None
    return "BIOES" if letters & set("SELUM") else "BIO"


# --- lines -----------------------------------------------------------------------------------------------------------


class _Token(NamedTuple):
    text: str
    tag: Tag | None
    line: int


class _Sentence:
    """Tokens up to a line end, and the text that a comment says they make."""

    def __init__(self) -> None:
        self.said: str | None = None
        self.tokens: list[_Token] = []


class _Section:
    """The lines of a document: its id where a line says it, the number of that line, sentences, faulty lines."""

    def __init__(self, doc_id: str = "", line: int | None = None) -> None:
        self.doc_id = doc_id
        self.line = line
        self.sentences = [_Sentence()]
        self.faults: list[Fault] = []

    @property
    def is_empty(self) -> bool:
        return self.line is None and not self.faults and not any(one.tokens for one in self.sentences)

    def add(self, line: str, path: Path, number: int) -> None:
        """Add the token of a line; without a tag it stays in the text, a tag without a token goes."""
        word, tag = _columns(line)
        found = parse_tag(tag)
        if not word or found is None:
            self.faults.append(Fault(_wrong(word, tag), source=path, line=number, rule="tags"))
            word, found = word or ("" if found else tag), None
        if word:
            self.sentences[-1].tokens.append(_Token(word, found, number))

    def bare_sentences(self) -> list[_Sentence]:
        """Sentences without the blank line behind a start, and without the one that ends the last sentence."""
        sentences = self.sentences
        if self.line is not None and len(sentences) > 1 and not sentences[0].tokens:
            sentences = sentences[1:]
        if len(sentences) > 1 and not sentences[-1].tokens:
            sentences = sentences[:-1]
        return sentences


def _columns(line: str) -> tuple[str, str]:
    """The first and the last column; a tab or a blank can be the token itself; empty where there is no such column."""
    if "\t" in line:
        others, _, last = line.rpartition("\t")
        return others if others == "\t" else others.partition("\t")[0], last
    others, _, last = line.rstrip(" ").rpartition(" ")
    return " " if not others.strip(" ") and others else others.partition(" ")[0], last


def _is_comment(line: str) -> bool:
    if not line.startswith("#"):
        return False
    return parse_tag(_columns(line)[1]) is None or ("\t" not in line and _COMMENT.match(line) is not None)


def _sections(path: Path, lines: Iterator[tuple[int, str]]) -> Iterator[_Section]:
    """The documents of a file; without lines that start one it is one document, if it holds anything."""
    section = _Section()
    for number, line in lines:
        if line[1:2] == "\t":  # most lines: a character and a tag
            section.add(line, path, number)
        elif not line.strip(" "):
            section.sentences.append(_Sentence())
        elif line.startswith(_START):
            if not section.is_empty:
                yield section
            section = _Section(_id_said(line), number)
        elif _is_comment(line):
            said = _SAID_TEXT.match(line)
            section.sentences[-1].said = said.group(1) if said else section.sentences[-1].said
        else:
            section.add(line, path, number)
    if not section.is_empty:
        yield section


def _wrong(word: str, tag: str) -> str:
    if word:
        return f"{tag!r} is no tag; write O, or B-, I-, E- or S- with a type"
    return f"{tag!r} stands alone; a token and a tag are needed, with a tab or a blank between them"


def _id_said(line: str) -> str:
    """The document's id in a line that starts one; empty where it says none."""
    own = _OWN_START.fullmatch(line)
    if own:
        return unquote(own.group(1))
    brackets = _ID_IN_BRACKETS.match(line)
    return brackets.group(1) if brackets else ""


# --- reading ---------------------------------------------------------------------------------------------------------


class _File:
    """A file in reading: where its lines come from, and what is known of it as a whole."""

    def __init__(self, path: Path, repair: bool) -> None:
        self.path = path
        self.repair = repair

    @cached_property
    def _decoded(self) -> DecodedText:
        return read_foreign_text(self.path, repair=True)

    @property
    def repairs(self) -> tuple[Repair, ...]:
        """What was repaired to make text of the bytes."""
        return self._decoded.repairs if self.repair else ()

    def lines(self) -> Iterator[tuple[int, str]]:
        """Number and content of each line, without its end; held one at a time unless bytes may be repaired."""
        if not self.repair:
            for number, content in numbered_lines(self.path):
                yield number, content.decode().removesuffix("\n").removesuffix("\r")
            return
        if self._decoded.text is None:
            raise FaultyData(self._decoded.faults)
        for number, line in enumerate(self._decoded.text.removesuffix("\n").split("\n"), 1):
            yield number, line.removesuffix("\r")

    @cached_property
    def is_iob1(self) -> bool:
        """Whether I- begins chunks; only files that need it are read twice."""
        return is_iob1(self._tags())

    def _tags(self) -> Iterator[Tag | None]:
        for _, line in self.lines():
            yield parse_tag(_columns(line)[1]) if line and not line.startswith(_START) else None


def read(path: Path, settings: ReadSettings) -> Iterator[ReadDocument]:
    """Read tags of any scheme; what begins with I- but in IOB1 is a fault, or with `repair` is opened.

    Raises:
        UsageMistake: there is no such file.
        EnvironmentFailure: it may not be read.
        FaultyData: it is not UTF-8, or none of its lines ends in a tag.
    """
    file = _File(path, settings.repair)
    tagged, first_fault = False, None
    for number, section in enumerate(_sections(path, file.lines()), 1):
        tagged = tagged or any(token.tag for sentence in section.sentences for token in sentence.tokens)
        first_fault = first_fault or next(iter(section.faults), None)
        found = _document(section, section.doc_id or (path.stem if number == 1 else f"{path.stem}-{number}"), file)
        yield found._replace(repairs=(*file.repairs, *found.repairs)) if number == 1 else found
    if first_fault and not tagged:
        raise FaultyData([first_fault._replace(message=f"not a file of tags: {first_fault.message}")])


def _document(section: _Section, doc_id: str, file: _File) -> ReadDocument:
    sentences = section.bare_sentences()
    wordy = any(len(token.text) > 1 for sentence in sentences for token in sentence.tokens)
    texts: list[str] = []
    entities: list[Entity] = []
    lines: dict[str, int] = {}
    faults, repairs = list(section.faults), []
    start = 0
    for sentence in sentences:
        tokens = sentence.tokens
        words = _words(sentence, wordy)
        ends = list(accumulate(map(len, words), initial=start))[1:]
        texts.append("".join(words))
        start += len(texts[-1]) + 1
        for chunk in chunks_of([token.tag for token in tokens]):
            path = f"entities[{len(entities)}]"
            line = tokens[chunk.first].line
            if not chunk.begun and not file.is_iob1:
                if not file.repair:
                    faults.append(_unbegun(chunk, file.path, line))
                    continue
                repairs.append(Repair("opened", f"a {chunk.type} begins without B-", path, file.path, line))
            span = Span(ends[chunk.first] - len(tokens[chunk.first].text), ends[chunk.last])
            entities.append(Entity(id=f"T{len(entities) + 1}", type=chunk.type, fragments=(span,)))
            lines[path] = line
    annotation = Annotation(doc_id=doc_id, entities=tuple(entities))
    document = AnnotatedDocument(doc_id, annotation, "\n".join(texts))
    return ReadDocument(document, file.path, lines, section.line, tuple(faults), tuple(repairs))


def _unbegun(chunk: Chunk, path: Path, line: int) -> Fault:
    message = f"a {chunk.type} has no B-{chunk.type} where it begins; write it, or have it repaired"
    return Fault(message, source=path, line=line, rule="tags")


def _words(sentence: _Sentence, wordy: bool) -> list[str]:
    """The tokens, each with the blanks before it: as the sentence is said to read, else by the rule of joining."""
    tokens = [token.text for token in sentence.tokens]
    said = _words_in(sentence.said, tokens) if sentence.said is not None else None
    if said is not None or not wordy:
        return tokens if said is None else said
    return [
        f" {word}" if before and _takes_blanks(before[-1]) and _takes_blanks(word[0]) else word
        for before, word in zip(["", *tokens], tokens, strict=False)
    ]


def _words_in(said: str, tokens: Sequence[str]) -> list[str] | None:
    """The tokens as they stand in a text, each with the white space before it; None when it is not made of them."""
    words = []
    at = 0
    for token in tokens:
        start = at
        while not said.startswith(token, at) and said[at : at + 1].isspace():
            at += 1
        if not said.startswith(token, at):
            return None
        at += len(token)
        words.append(said[start:at])
    return None if said[at:].strip() else words


def _takes_blanks(character: str) -> bool:
    return character.isalnum() and character < _FIRST_CJK


# --- writing ---------------------------------------------------------------------------------------------------------


class TagWriter:
    """Writes documents one character a line, with tags of a scheme."""

    def __init__(self, path: Path, settings: WriteSettings, scheme: Scheme) -> None:
        self._file = TextFile(path)
        self._settings = settings
        self._scheme = scheme

    def write(self, document: AnnotatedDocument) -> None:
        """Add a document.

        Raises:
            FaultyData: it has no text, or types that no line can hold.
            EnvironmentFailure: the place is not writable.
        """
        doc_id, text = document.doc_id, document.text
        if text is None:
            message = f"document {doc_id!r} has no text; give it one, tags stand on its characters"
            raise FaultyData([Fault(message, "text", rule="text")])
        entities = document.annotation.entities
        kept = [(index, entities[index]) for index in flatten(entities, self._settings.flatten).kept]
        faults = [
            Fault(f"document {doc_id!r}: {entity.type!r} cannot stand in a tag", f"entities[{index}].type", rule="tags")
            for index, entity in kept
            if not entity.type or any(sign in entity.type for sign in "\t\n\r")
        ]
        if faults:
            raise FaultyData(faults)
        tags = tags_of([entity for _, entity in kept], len(text), self._scheme)
        lines = ["" if sign == "\n" else f"{sign}\t{tag}" for sign, tag in zip(text, tags, strict=True)]
        escaped = _NOT_IN_AN_ID.sub(lambda found: quote(found.group(), safe=""), doc_id)
        self._file.write("\n".join([f"{_START} {escaped}\tO", "", *lines, "", ""]))

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


def writer(path: Path, settings: WriteSettings) -> TagWriter:
    """Begin a file of BIO tags."""
    return TagWriter(path, settings, "BIO")


def losses(document: AnnotatedDocument, settings: WriteSettings) -> Iterator[Loss]:
    """Entities that do not stay in one layer, and everything that is not an entity's place and type."""
    entities = document.annotation.entities
    left_out = flatten(entities, settings.flatten).left_out
    for index, kind in sorted(left_out.items()):
        if kind != "discontinuous":
            entity = entities[index]
            yield Loss(kind, document.doc_id, f"entities[{index}]", f"{entity.id} {entity.type}")
    yield from losses_of(document, _LOST)
