"""Hypothesis strategies: Chinese texts with everything that breaks tools, spans, edits, annotations."""

from __future__ import annotations

from hypothesis import strategies as st

from workbench.core.records import (
    AnnotatedDocument,
    Annotation,
    Argument,
    Entity,
    Frame,
    Provenance,
    Relation,
    SchemaStamp,
    Trigger,
    Zone,
    in_order,
    text_hash,
)
from workbench.core.text import Edit, Span, surface
from workbench.core.values import Money, Place, Quantity, Time

HAN = "政协委员帮扶贫困村县市区乡镇省协發關組織"
ODD = "𠀀𡒄😀\u00a0\u3000（），。；：“”《》…·—①㈠℃㎡Ⅱ"
LATIN = "abcxiéguān (),.;:?!0123456789%"
ALPHABET = HAN + ODD + LATIN + "\n"

texts = st.text(st.sampled_from(ALPHABET), max_size=60)
"""Mixed-script text: Han, astral, NBSP, full-width forms, pinyin glosses, newlines."""

any_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
"""Any text that a UTF-8 file may hold."""


@st.composite
def edited_texts(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    """A raw text and edits that fit it: deletions and one-for-one replacements, in order, apart."""
    raw = draw(st.one_of(texts, any_text))
    edits: list[Edit] = []
    position = 0
    while position < len(raw):
        position += draw(st.integers(0, 5))
        if position >= len(raw):
            break
        if draw(st.booleans()):
            length = draw(st.integers(1, min(6, len(raw) - position)))
            edits.append(Edit(position, raw[position : position + length], "", "pinyin_gloss"))
        else:
            length = 1
            edits.append(Edit(position, raw[position], draw(st.sampled_from(HAN + ODD)), "t2s"))
        position += length
    return raw, edits


@st.composite
def fragments(draw: st.DrawFn, length: int, most: int = 3) -> tuple[Span, ...]:
    """One to `most` fragments in normal form inside a text of `length` ≥ 1 code points."""
    cuts = draw(st.lists(st.integers(0, length), min_size=2, max_size=2 * most, unique=True))
    cuts = sorted(cuts)[: len(cuts) // 2 * 2]
    spans = [Span(start, end) for start, end in zip(cuts[::2], cuts[1::2], strict=True)]
    return tuple(spans)


values = st.one_of(
    st.builds(Money, value=st.integers(0, 10**12)),
    st.builds(
        Quantity, value=st.floats(0, 1e6, allow_nan=False).map(lambda n: round(n, 3)), unit=st.sampled_from("户名亩")
    ),
    st.builds(Time, type=st.just("DATE"), value=st.dates().map(lambda day: f"{day:%Y}".zfill(4) + f"-{day:%m-%d}")),
    st.builds(Place, name=st.sampled_from(["剑阁县", "广元市"]), code=st.just("510823"), revision=st.just("201904")),
)

names = st.text(st.sampled_from(HAN + "ABab012"), min_size=1, max_size=4)


@st.composite
def annotated_texts(draw: st.DrawFn) -> tuple[str, Annotation]:
    """A text and an annotation of it with nested, crossing and discontinuous entities, relations, frames, values."""
    text = draw(st.text(st.sampled_from(ALPHABET), min_size=4, max_size=60))
    entities = []
    for index in range(draw(st.integers(0, 5))):
        where = draw(fragments(len(text)))
        entities.append(
            Entity(
                id=f"T{index}",
                type=draw(st.sampled_from(["ORG", "LOC", "MONEY", "GROUP"])),
                fragments=where,
                text=surface(text, where),
                attributes=draw(st.dictionaries(names, names, max_size=2)),
                value=draw(st.none() | values),
                cluster=draw(st.none() | names),
                note=draw(st.none() | texts.filter(bool)),
                score=draw(st.none() | st.floats(0, 1)),
            )
        )
    ids = [entity.id for entity in entities]
    relations = []
    frames = []
    if len(ids) > 1:
        for index in range(draw(st.integers(0, 3))):
            head, tail = draw(st.lists(st.sampled_from(ids), min_size=2, max_size=2, unique=True))
            relations.append(
                Relation(id=f"R{index}", type=draw(st.sampled_from(["PART_OF", "ASSISTS"])), head=head, tail=tail)
            )
        for index in range(draw(st.integers(0, 2))):
            where = draw(fragments(len(text), most=1))
            trigger = draw(st.none() | st.just(Trigger(fragments=where, text=surface(text, where))))
            fillers = draw(st.lists(st.sampled_from(ids), max_size=3, unique=True))
            arguments = tuple(Argument(role="helper", entity=filler) for filler in fillers)
            frames.append(Frame(id=f"E{index}", type="ASSIST", trigger=trigger, arguments=arguments))
    annotation = Annotation(
        doc_id="d1",
        author=draw(st.none() | names),
        finished_layers=draw(st.none() | st.just(("mention", "relations"))),
        entities=tuple(entities),
        relations=tuple(relations),
        frames=tuple(frames),
    )
    return text, annotation


attribute_maps = st.dictionaries(names, texts, max_size=2)
keys_and_values = st.dictionaries(
    names,
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts | st.lists(st.none() | texts, max_size=2),
    max_size=2,
)
"""Further keys as other programs add them, with any JSON value."""
odd_ids = st.one_of(
    st.sampled_from(
        ["T1", "T2", "R1", "E1", "A1", "T01", "Tp6do3h36", "a#b", "a b", "市\u00a0😀", "T1~2", "-", '"', "{}"]
    ),
    st.text(st.sampled_from(ALPHABET.replace("\n", "") + "#~\t"), min_size=1, max_size=5),
)
odd_types = st.sampled_from(
    ["ORG", "LOC", "MONEY", "GROUP", "Person-Name", "机构", "a b", "x:y", "ＯＲＧ", "#", "T\u00a0T"]
)
odd_roles = st.sampled_from(["helper", "helper2", "Theme", "帮扶 方", "x:y", "T1"])
scores = st.none() | st.floats(0, 1)
provenance_parameters = st.dictionaries(names, st.none() | st.booleans() | st.integers(0, 9) | texts, max_size=2)


@st.composite
def annotated_documents(draw: st.DrawFn, doc_id: str = "d1") -> AnnotatedDocument:
    """A checked document with everything that a record can say, in canonical order, with odd ids, types and keys.

    Texts of mentions are the slices; entities nest, cross, repeat a span, and have several fragments.
    """
    text = draw(
        st.text(st.sampled_from(ALPHABET), min_size=4, max_size=60) | any_text.filter(lambda made: len(made) > 3)
    )
    ids = draw(st.lists(odd_ids, min_size=0, max_size=10, unique=True))
    cut = draw(st.integers(0, len(ids)))
    entities = []
    for name in ids[:cut]:
        where = draw(fragments(len(text)))
        entities.append(
            Entity(
                id=name,
                type=draw(odd_types),
                fragments=where,
                text=surface(text, where),
                attributes=draw(attribute_maps),
                value=draw(st.none() | values),
                cluster=draw(st.none() | names | st.just("Equiv-1")),
                note=draw(st.none() | texts),
                score=draw(scores),
                extra=draw(keys_and_values),
            )
        )
    ends = [entity.id for entity in entities]
    relations, frames = [], []
    for name in ids[cut:]:
        said = {"attributes": draw(attribute_maps), "note": draw(st.none() | texts), "score": draw(scores)}
        said["extra"] = draw(keys_and_values)
        if len(ends) > 1 and draw(st.booleans()):
            head, tail = draw(st.lists(st.sampled_from(ends), min_size=2, max_size=2, unique=True))
            relations.append(Relation(id=name, type=draw(odd_types), head=head, tail=tail, **said))
        else:
            where = draw(fragments(len(text)))
            trigger = Trigger(fragments=where, text=surface(text, where), extra=draw(keys_and_values))
            filled = draw(st.lists(st.tuples(odd_roles, st.sampled_from(ends)), max_size=3)) if ends else []
            arguments = tuple(Argument(role=r, entity=e, extra=draw(keys_and_values)) for r, e in filled)
            present = draw(st.none() | st.just(trigger))
            frames.append(Frame(id=name, type=draw(odd_types), trigger=present, arguments=arguments, **said))
    annotation = Annotation(
        doc_id=doc_id,
        author=draw(st.none() | names),
        made_with=draw(st.none() | st.just(SchemaStamp(id="cppcc-poverty", version="0.2.0", hash="0" * 64))),
        text_sha256=draw(st.none() | st.just(text_hash(text))),
        finished_layers=draw(st.none() | st.just(()) | st.just(("mention", "relations"))),
        provenance=draw(st.just(Provenance()) | st.builds(Provenance, source=names, parameters=provenance_parameters)),
        entities=tuple(entities),
        relations=tuple(relations),
        frames=tuple(frames),
        extra=draw(keys_and_values),
    )
    zones = [
        Zone(
            kind=draw(names), start=span.start, end=span.end, note=draw(st.none() | texts), extra=draw(keys_and_values)
        )
        for span in draw(st.just(()) | fragments(len(text)))
    ]
    return AnnotatedDocument(doc_id, in_order(annotation), text, tuple(zones))
