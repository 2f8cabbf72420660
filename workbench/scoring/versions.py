"""Whether two annotations were made with versions of a schema (MODEL.REVISION.ADDITION) that can be compared."""

from __future__ import annotations

import re
from typing import Literal

from workbench.core.records import SchemaStamp

Unlike = Literal["model", "revision"]


def unlike(left: SchemaStamp | None, right: SchemaStamp | None) -> Unlike | None:
    """The foremost number in which two stamps of one schema differ; None where nothing can be said against them.

    Annotations of unlike models cannot be compared; of unlike revisions, some boundaries and roles may differ by rule.
    """
    if left is None or right is None or left.id != right.id:
        return None
    versions = [re.fullmatch(r"(\d+)\.(\d+)\.\d+", stamp.version, re.ASCII) for stamp in (left, right)]
    if versions[0] is None or versions[1] is None:
        return None
    (model, revision), (other_model, other_revision) = (version.groups() for version in versions if version)
    if int(model) != int(other_model):
        return "model"
    return "revision" if int(revision) != int(other_revision) else None
