"""XML from outside, parsed without trusting it: no entities, no external files, any size."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from workbench.core.errors import Fault, FaultyData
from workbench.formats.contract import load_library

_ZIP = b"PK\x03\x04"


def parse_xml(content: bytes, path: Path) -> Any:
    """The root element, without comments.

    Raises:
        FaultyData: it is not XML, or has a document type declaration, which could define entities.
        EnvironmentFailure: lxml is not installed.
    """
    etree = load_library("lxml.etree", "reading UIMA CAS XMI", "uima")
    if content.startswith(_ZIP):
        message = "a zip archive, as INCEpTION exports it: unpack it, and read the folder"
        raise FaultyData([Fault(message, source=path, rule="xml")])
    safe = {"resolve_entities": False, "no_network": True}
    try:
        _, root = next(etree.iterparse(io.BytesIO(content), events=("start",), **safe))
        declared = root.getroottree().docinfo.internalDTD is not None
        if not declared:  # only now is it safe to lift the limits: what they stop is the blowing up of entities
            parser = etree.XMLParser(huge_tree=True, remove_comments=True, remove_pis=True, **safe)
            return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        message = f"not XML that can be read: {error.msg}; export it again (UIMA CAS XMI, XML 1.0)"
        raise FaultyData([Fault(message, source=path, line=error.lineno or None, rule="xml")]) from None
    message = "it has a document type declaration (<!DOCTYPE), which XMI never has; remove it"
    raise FaultyData([Fault(message, source=path, line=1, rule="xml")])
