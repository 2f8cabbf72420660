"""BIOES tags, one character a line: as `workbench.formats.bio`, with E- for the last character and S- for a single one.

Both read every scheme; this one writes the tags that tell where an entity ends.
"""

from __future__ import annotations

from pathlib import Path

from workbench.formats import bio
from workbench.formats.contract import Format, Sample, WriteSettings

FORMAT = Format("bioes", "BIOES, one character a line", (".bioes",), "file")

read = bio.read
losses = bio.losses


def recognise(sample: Sample) -> bool:
    """Tell whether the beginning of a file is lines of tokens and tags, some of which are of BIOES, BILOU or BMES."""
    return bio.tagging_of(sample) == "BIOES"


def writer(path: Path, settings: WriteSettings) -> bio.TagWriter:
    """Begin a file of BIOES tags."""
    return bio.TagWriter(path, settings, "BIOES")
