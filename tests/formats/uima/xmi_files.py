"""UIMA files for tests: written by us, and made as INCEpTION and DKPro make them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

from workbench.core.mending import mend
from workbench.core.records import AnnotatedDocument, in_order
from workbench.formats import uima
from workbench.formats.contract import ReadDocument, ReadSettings, WriteSettings

CORE = "de.tudarmstadt.ukp.dkpro.core.api"
ANNOTATION = "uima.tcas.Annotation"
NAMESPACES = (
    'xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmlns:tcas="http:///uima/tcas.ecore" '
    'xmlns:seg="http:///de/tudarmstadt/ukp/dkpro/core/api/segmentation/type.ecore" '
    'xmlns:meta="http:///de/tudarmstadt/ukp/dkpro/core/api/metadata/type.ecore" '
    'xmlns:ner="http:///de/tudarmstadt/ukp/dkpro/core/api/ner/type.ecore" '
    'xmlns:sem="http:///de/tudarmstadt/ukp/dkpro/core/api/semantics/type.ecore" '
    'xmlns:coref="http:///de/tudarmstadt/ukp/dkpro/core/api/coref/type.ecore" '
    'xmlns:custom="http:///webanno/custom.ecore" xmlns:none="http:///uima/noNamespace.ecore" xmi:version="2.0"'
)
Feature = str | tuple[str, str] | tuple[str, str, str]

USUAL_TYPES: Mapping[str, tuple[str, Sequence[Feature]]] = {
    f"{CORE}.metadata.type.DocumentMetaData": (
        "uima.tcas.DocumentAnnotation",
        ["documentTitle", "documentId", "documentUri", "collectionId", "documentBaseUri"],
    ),
    f"{CORE}.metadata.type.TagsetDescription": (ANNOTATION, ["layer", "name"]),
    f"{CORE}.segmentation.type.Token": (ANNOTATION, [("lemma", f"{CORE}.segmentation.type.Lemma")]),
    f"{CORE}.segmentation.type.Lemma": (ANNOTATION, ["value"]),
    f"{CORE}.segmentation.type.Sentence": (ANNOTATION, ["id"]),
    f"{CORE}.ner.type.NamedEntity": (ANNOTATION, ["value", "identifier"]),
    f"{CORE}.semantics.type.SemPred": (
        ANNOTATION,
        ["category", ("arguments", "uima.cas.FSArray", f"{CORE}.semantics.type.SemArgLink")],
    ),
    f"{CORE}.semantics.type.SemArg": (ANNOTATION, []),
    f"{CORE}.semantics.type.SemArgLink": ("uima.cas.TOP", ["role", ("target", f"{CORE}.semantics.type.SemArg")]),
    f"{CORE}.coref.type.CoreferenceChain": (
        "uima.cas.AnnotationBase",
        [("first", f"{CORE}.coref.type.CoreferenceLink")],
    ),
    f"{CORE}.coref.type.CoreferenceLink": (
        ANNOTATION,
        [("next", f"{CORE}.coref.type.CoreferenceLink"), "referenceType", "referenceRelation"],
    ),
    "webanno.custom.Aid": (ANNOTATION, ["label", "sure", ("amount", "uima.cas.Float"), ("past", "uima.cas.Boolean")]),
    "webanno.custom.Gives": (
        ANNOTATION,
        [("Governor", "webanno.custom.Aid"), ("Dependent", "webanno.custom.Aid"), "how"],
    ),
    "webanno.custom.Report": ("uima.cas.AnnotationBase", ["county", ("i7n_uiOrder", "uima.cas.Integer")]),
    "webanno.custom.Words": (
        ANNOTATION,
        [("tags", "uima.cas.StringArray"), ("about", ANNOTATION), ("all", "uima.cas.FSArray", ANNOTATION)],
    ),
    "Bare": (ANNOTATION, []),
}


def type_system(types: Mapping[str, tuple[str, Sequence[Feature]]] = USUAL_TYPES) -> str:
    """A `TypeSystem.xml` as UIMA writes it."""
    rows = ['<?xml version="1.0" encoding="UTF-8"?>']
    rows.append('<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier">\n  <types>')
    for name, (parent, features) in types.items():
        rows.append(f"    <typeDescription>\n      <name>{name}</name>\n      <description/>")
        rows.append(f"      <supertypeName>{parent}</supertypeName>")
        if features:
            rows.append("      <features>")
            rows += [_described(*((feature,) if isinstance(feature, str) else feature)) for feature in features]
            rows.append("      </features>")
        rows.append("    </typeDescription>")
    rows.append("  </types>\n</typeSystemDescription>\n")
    return "\n".join(rows)


def _described(name: str, kind: str = "uima.cas.String", element: str = "") -> str:
    member = f"<elementType>{element}</elementType>" if element else ""
    return (
        f"        <featureDescription><name>{name}</name><description/>"
        f"<rangeTypeName>{kind}</rangeTypeName>{member}</featureDescription>"
    )


def xmi(text: str | None, *elements: str, members: Iterable[int] | None = None) -> str:
    """An XMI file with these elements, all of them in the index when nothing else is said."""
    found = [one.split('xmi:id="')[1].split('"')[0] for one in elements if 'xmi:id="' in one]
    shown = " ".join(map(str, found if members is None else members))
    said = "" if text is None else f" sofaString={quoteattr(text, {chr(10): '&#10;', chr(13): '&#13;'})}"
    return "\n".join(
        [
            f'<?xml version="1.0" encoding="UTF-8"?><xmi:XMI {NAMESPACES}>',
            '<cas:NULL xmi:id="0"/>',
            *elements,
            f'<cas:Sofa xmi:id="9000" sofaNum="1" sofaID="_InitialView" mimeType="text"{said}/>',
            f'<cas:View sofa="9000" members="{shown}"/>',
            "</xmi:XMI>\n",
        ]
    )


def span(name: str, number: int, begin: int, end: int, features: str = "") -> str:
    """An annotation as an element, its name with prefix (`custom:Aid`)."""
    return f'<{name} xmi:id="{number}" sofa="9000" begin="{begin}" end="{end}" {features}/>'


def read_foreign(folder: Path, content: str | bytes, types: str | None = None) -> ReadDocument:
    """Read one file that lies beside a type system, the usual one when none is given."""
    path = folder / "some.xmi"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (folder / "TypeSystem.xml").write_text(type_system() if types is None else types, encoding="utf-8")
    (found,) = uima.read(path, ReadSettings())
    return found


def document_of(found: ReadDocument) -> AnnotatedDocument:
    """The document of a file in which nothing is wrong."""
    assert not found.faults
    assert found.document is not None
    mended = mend(found.document, repair=False)
    assert not mended.faults
    return mended.document._replace(annotation=in_order(mended.document.annotation))


def write_all(path: Path, documents: Sequence[AnnotatedDocument], settings: WriteSettings | None = None) -> None:
    """Write documents to a path that does not exist."""
    writer = uima.writer(path, settings or WriteSettings())
    for document in documents:
        writer.write(document)
    writer.close()


def read_all(path: Path) -> list[AnnotatedDocument]:
    """Read documents in which nothing is wrong."""
    return [document_of(found) for found in uima.read(path, ReadSettings())]
