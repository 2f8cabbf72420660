"""Which versions of a schema can be compared."""

from __future__ import annotations

import pytest

from workbench.core.errors import FaultyData
from workbench.core.records import AnnotatedDocument, Annotation, SchemaStamp
from workbench.scoring.score import score
from workbench.scoring.versions import unlike


def stamp(version: str, schema: str = "s") -> SchemaStamp:
    return SchemaStamp(id=schema, version=version)


@pytest.mark.parametrize(
    ("left", "right", "said"),
    [
        ("0.1.0", "0.1.0", None),
        ("0.1.0", "0.1.7", None),
        ("0.1.0", "0.2.0", "revision"),
        ("0.10.0", "0.1.0", "revision"),
        ("0.1.0", "1.1.0", "model"),
        ("1.0.0", "2.5.0", "model"),
        ("0.1", "0.2.0", None),
    ],
)
def test_versions(left: str, right: str, said: str | None) -> None:
    """The foremost number that differs counts; an addition is no difference, and neither is what is no version."""
    assert unlike(stamp(left), stamp(right)) == unlike(stamp(right), stamp(left)) == said


def test_what_says_nothing() -> None:
    """Nothing can be said where a stamp is missing, or names another schema."""
    assert unlike(None, stamp("0.1.0")) is None
    assert unlike(stamp("0.1.0"), None) is None
    assert unlike(stamp("0.1.0", "a"), stamp("1.1.0", "b")) is None


def test_unlike_models_have_no_score() -> None:
    """Annotations of unlike models are refused, those of unlike revisions are scored."""
    gold, later, other = (
        [AnnotatedDocument("d1", Annotation(doc_id="d1", made_with=stamp(version)), "金川𠀀县")]
        for version in ("0.1.0", "0.2.0", "1.0.0")
    )
    assert score(gold, later).doc_ids == ("d1",)
    with pytest.raises(FaultyData, match=r"document 'd1': made with 0\.1\.0 and 1\.0\.0, which cannot be compared"):
        score(gold, other)
