"""How far annotators agree: F1 of each two with intervals, boundaries, kappa where both see the same, gamma, alpha_U.

F1 leads because what nobody annotates cannot be counted, and because kappa tends to it as negatives grow (Hripcsak and
Rothschild 2005). Neither annotator is right: every number is the same whichever of the two is called left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from itertools import combinations, product

from workbench.core.errors import Fault, FaultyData, UsageMistake, nearest
from workbench.core.integrity import check_integrity
from workbench.core.records import UNRESOLVED, AnnotatedDocument, Entity, Frame, Relation
from workbench.core.text import Fragments, merge_fragments
from workbench.review.agreement.figures import COREFERENCE, MEASURES, figures, layers, mean, tables
from workbench.review.agreement.items import Continuum, PairedItems
from workbench.review.agreement.results import Agreement, Joint, PairAgreement, Unitizing, to_json
from workbench.review.agreement.unitizing import pooled_alpha_u, pooled_gamma
from workbench.scoring.collection import InMemory, unknown_types
from workbench.scoring.items import items_of, mostly_in, normal_form
from workbench.scoring.resampling import DEFAULTS, Settings
from workbench.scoring.score import Score, score_sources, signature
from workbench.scoring.selection import Selection
from workbench.scoring.versions import unlike

__all__ = ["MEASURES", "Agreement", "PairAgreement", "Passes", "Unitizing", "agreement", "to_json"]

Passes = Mapping[str, Sequence[AnnotatedDocument]]
"""Annotated documents by the name of who made them."""
NOTHING_MORE = Unitizing()


def agreement(
    passes: Passes,
    selection: Selection,
    settings: Settings = DEFAULTS,
    added: Collection[str] = (),
    unitizing: Unitizing = NOTHING_MORE,
) -> Agreement:
    """Compare every two on the documents and layers that both have finished.

    `added` names those of `passes` that are no annotators; they stand left, where gold does. Whoever has unresolved
    items stands left before all: they are left out, with what the other has for the same things.

    Raises:
        UsageMistake: fewer than two, no two with a document in common, or patterns that name no document.
        FaultyData: annotations that do not hold together, break the schema, or are of different texts; all faults.
    """
    annotators = tuple(sorted(name for name in passes if name not in added))
    others = tuple(name for name in passes if name in added)
    if len(passes) < 2:
        raise UsageMistake(f"agreement needs two annotators; there is {', '.join(passes) or 'none'}")
    policies = selection.policies.model_copy(update={"optional_mentions": "count", "missing_documents": "skip"})
    selection = selection.model_copy(update={"policies": policies})
    chosen = _chosen(passes, selection)
    _refuse_faults(chosen, selection)
    unsettled = {name for name, documents in chosen.items() if any(map(_unsettled, documents.values()))}
    made = {}
    for names in (*combinations(annotators, 2), *product(others, annotators), *combinations(others, 2)):
        left, right = sorted(names, key=lambda name: name not in unsettled)
        made[left, right] = _pair((left, right), chosen, selection, settings, unitizing)
    pairs = tuple(pair for pair in made.values() if pair is not None)
    apart = tuple(names for names, pair in made.items() if pair is None)
    if not pairs:
        raise UsageMistake("\n".join(f"{one} and {other} have no document in common" for one, other in apart))
    of_annotators = [pair for pair in pairs if {pair.left, pair.right} <= {*annotators}]
    means = mean([(pair.score, pair.figures) for pair in of_annotators], settings) if len(of_annotators) > 1 else {}
    joint = None
    if len(annotators) > 2 and (unitizing.gamma or unitizing.alpha_u):
        joint = _joint({name: chosen[name] for name in annotators}, selection, settings, unitizing)
    return Agreement(annotators, others, pairs, apart, means, joint, settings)


_Chosen = Mapping[str, Mapping[str, AnnotatedDocument]]


def _chosen(passes: Passes, selection: Selection) -> _Chosen:
    """The documents that the selection's patterns name, by annotator and id."""
    ids = {document.doc_id for documents in passes.values() for document in documents}
    wrong = [
        f"no document {pattern!r}{nearest(pattern, sorted(ids))}"
        for pattern in selection.documents
        if not any(fnmatchcase(doc_id, pattern) for doc_id in ids)
    ]
    if wrong:
        raise UsageMistake("\n".join(wrong))

    def named(doc_id: str) -> bool:
        return not selection.documents or any(fnmatchcase(doc_id, pattern) for pattern in selection.documents)

    return {
        name: {document.doc_id: document for document in documents if named(document.doc_id)}
        for name, documents in passes.items()
    }


def _refuse_faults(passes: _Chosen, selection: Selection) -> None:
    """Refuse what cannot be compared, by the annotators' names; all faults."""
    faults: list[Fault] = []
    texts: dict[str, str] = {}
    hashes: dict[str, str] = {}
    for name, documents in passes.items():
        for doc_id, document in documents.items():
            text, sha256 = document.text, document.annotation.text_sha256
            if text not in (None, texts.get(doc_id, text)) or sha256 not in (None, hashes.get(doc_id, sha256)):
                message = f"document {doc_id!r} of {name} is of another text than that of those before"
                faults.append(Fault(message, rule="text-hash"))
                continue
            if text is not None:
                texts[doc_id] = text
            if sha256 is not None:
                hashes[doc_id] = sha256
    for name, documents in passes.items() if not faults else ():
        for doc_id, document in documents.items():
            place = f"{name} {doc_id}"
            found = check_integrity(document.annotation, texts.get(doc_id))
            faults += [fault._replace(path=f"{place} {fault.path}".rstrip()) for fault in found]
            faults += unknown_types(place, document.annotation, selection)
    if faults:
        raise FaultyData(faults)


def _unsettled(document: AnnotatedDocument) -> bool:
    """Tell whether something in it is marked as unresolved."""
    annotation = document.annotation
    records: Sequence[Entity | Relation | Frame] = (*annotation.entities, *annotation.relations, *annotation.frames)
    arguments = (argument for frame in annotation.frames for argument in frame.arguments)
    return any(UNRESOLVED in one.attributes for one in records) or any(UNRESOLVED in one.extra for one in arguments)


def _pair(
    names: tuple[str, str], passes: _Chosen, selection: Selection, settings: Settings, unitizing: Unitizing
) -> PairAgreement | None:
    """Two annotators; None when they have no document in common."""
    left, right = (passes[name] for name in names)
    common = sorted(left.keys() & right.keys())
    if not common:
        return None
    together = [_comparable([left[doc_id], right[doc_id]]) for doc_id in common]
    items = PairedItems(selection.known)
    made = score_sources(
        InMemory([documents[0] for documents, _ in together]),
        InMemory([documents[1] for documents, _ in together]),
        selection.model_copy(update={"documents": _patterns(selection, common)}),
        MEASURES,
        items.observe,
    )
    silent = [name for name, clustered in zip(names, items.clustered, strict=True) if not clustered]
    undefined = {COREFERENCE: f"no entity of {' and of '.join(silent)} is in a cluster"} if silent else {}
    continua = sorted(items.continua, key=lambda one: one.doc_id)
    return PairAgreement(
        left=names[0],
        right=names[1],
        score=made,
        signature=signature(made).replace(f"|gold:{made.digest}|", f"|left:{made.digest}|right:{items.digest}|"),
        figures=figures(made, settings, undefined),
        layers=layers(made, settings),
        tables=tables(made, settings),
        entity_types=items.entity_types(),
        frame_types=items.frame_types(),
        boundaries=items.boundaries(),
        attributes=items.attributes(),
        values=items.values(),
        gamma=pooled_gamma(continua, unitizing.gamma, settings) if unitizing.gamma else None,
        alpha_u=pooled_alpha_u(continua, names, settings) if unitizing.alpha_u else None,
        notes=(
            *_versions(names, [documents for documents, _ in together]),
            *_notes(made, len(left.keys() ^ right.keys()), sum(dropped for _, dropped in together)),
        ),
    )


def _patterns(selection: Selection, common: Sequence[str]) -> tuple[str, ...]:
    """The patterns that name a document that both have: others name one that only one of them has."""
    return tuple(pattern for pattern in selection.documents if any(fnmatchcase(doc_id, pattern) for doc_id in common))


def _versions(names: tuple[str, str], documents: Sequence[Sequence[AnnotatedDocument]]) -> Iterator[str]:
    """A warning where the two were made with unlike revisions of a schema."""
    stamps = [tuple(document.annotation.made_with for document in sides) for sides in documents]
    found = {(one.version, two.version) for one, two in stamps if one and two and unlike(one, two)}
    for one, two in sorted(found):
        yield f"{names[0]} was made with schema {one}, {names[1]} with {two}: workbench migrate"


def _notes(made: Score, alone: int, in_zones: int) -> Iterator[str]:
    """What was not compared, one sentence each."""
    for layer, number in sorted(made.layers.unfinished.items()):
        yield f"layer {layer} is not compared where one of the two has not finished it: documents {number}"
    counts = {
        "documents that only one of the two has": alone,
        "items in zones": in_zones,
        "unresolved items, with what the other has for the same things": made.left_out.unresolved,
    }
    yield from (f"left out {what}: {number}" for what, number in counts.items() if number)


def _joint(passes: _Chosen, selection: Selection, settings: Settings, unitizing: Unitizing) -> Joint | None:
    """Gamma and alpha_U of all annotators; None when they have no document in common."""
    names = tuple(passes)
    common = sorted(set.intersection(*(set(documents) for documents in passes.values())))
    if not common:
        return None
    continua = []
    for doc_id in common:
        documents, _ = _comparable([passes[name][doc_id] for name in names])
        finished = documents[0].annotation.finished_layers
        sides = (
            tuple(
                (item.fragments, item.type)
                for item in items_of(document.annotation).labelled
                if selection.scores_entity(item.type, finished)
            )
            for document in documents
        )
        length = next((len(document.text) for document in documents if document.text is not None), None)
        continua.append(Continuum(doc_id, tuple(sides), length))
    return Joint(
        names,
        tuple(common),
        pooled_gamma(continua, unitizing.gamma, settings) if unitizing.gamma else None,
        pooled_alpha_u(continua, names, settings) if unitizing.alpha_u else None,
    )


def _comparable(documents: Sequence[AnnotatedDocument]) -> tuple[list[AnnotatedDocument], int]:
    """Annotations of one document as all of them can be compared, and how many items were dropped.

    They claim the layers that all have finished (silence is all layers), and hold nothing that lies mostly in a zone.
    """
    zones = merge_fragments(zone.span for document in documents for zone in document.zones)
    said = [one for document in documents if (one := document.annotation.finished_layers) is not None]
    finished = tuple(layer for layer in said[0] if all(layer in other for other in said)) if said else None
    made = [_outside(document, zones) for document in documents]
    return [
        document._replace(annotation=document.annotation.model_copy(update={"finished_layers": finished}), zones=())
        for document, _ in made
    ], sum(dropped for _, dropped in made)


def _outside(document: AnnotatedDocument, zones: Fragments) -> tuple[AnnotatedDocument, int]:
    """The document without entities and frames that lie mostly in zones, and without what names them; how many."""
    annotation = document.annotation
    entities = [one for one in annotation.entities if not mostly_in(normal_form(one.fragments), zones)]
    frames = [
        one
        for one in annotation.frames
        if one.trigger is None or not mostly_in(normal_form(one.trigger.fragments), zones)
    ]
    dropped = len(annotation.entities) - len(entities) + len(annotation.frames) - len(frames)
    if not dropped:
        return document, 0
    kept = {one.id for one in entities}
    content = {
        "entities": tuple(entities),
        "relations": tuple(one for one in annotation.relations if {one.head, one.tail} <= kept),
        "frames": tuple(
            frame.model_copy(update={"arguments": tuple(one for one in frame.arguments if one.entity in kept)})
            for frame in frames
        ),
    }
    return document._replace(annotation=annotation.model_copy(update=content)), dropped
