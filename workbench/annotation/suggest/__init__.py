"""Suggestions: what sources would add to an annotation, shown as an overlay and never part of it until accepted.

strings      what this annotator has labelled before, found again (`labels` counts the decisions)
values       sums, quantities and times by grammar; the value of a string labelled by hand
predictions  predictions of programs, other annotators, any annotation file
overlay      what of all this is open beside the annotation (`legality`, `open_entities`, `open_links`)
"""

from workbench.annotation.suggest.overlay import Overlay, open_suggestions
from workbench.annotation.suggest.predictions import (
    Offer,
    Refusal,
    from_annotation,
    from_author,
    from_path,
    from_program,
)
from workbench.annotation.suggest.records import (
    Mention,
    SuggestedArgument,
    SuggestedEntity,
    SuggestedFrame,
    SuggestedRelation,
    Suggestion,
    as_entity,
    as_frame,
    as_record,
    as_relation,
    merged,
    suggestion,
)
from workbench.annotation.suggest.strings import Strings
from workbench.annotation.suggest.values import propose_value, suggest_values

__all__ = [
    "Mention",
    "Offer",
    "Overlay",
    "Refusal",
    "Strings",
    "SuggestedArgument",
    "SuggestedEntity",
    "SuggestedFrame",
    "SuggestedRelation",
    "Suggestion",
    "as_entity",
    "as_frame",
    "as_record",
    "as_relation",
    "from_annotation",
    "from_author",
    "from_path",
    "from_program",
    "merged",
    "open_suggestions",
    "propose_value",
    "suggest_values",
    "suggestion",
]
