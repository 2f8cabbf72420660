"""The registry of migrations: chains of steps, in one direction."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import installed, load, migrations
from schemas.migrations import KINDS, NoWayBack, Step, UnknownVersion, migrate, steps, version_key, versions

STEP = """
from schemas.migrations import Case, Migrated
def migrate(annotation):
    was = annotation["schema"]["version"]
    return Migrated(
        {{**annotation, "schema": {{"version": "{target}"}}, "way": [*annotation.get("way", []), was]}},
        (Case("automatic", "D1", was, "doc_id"),),
    )
"""


@pytest.fixture
def chain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A schema with the steps 0.1.0 → 0.9.0 → 0.10.0, and one that leads nowhere else."""
    folder = tmp_path / "schemas_of_test" / "long_way"
    (folder / "migrations").mkdir(parents=True)
    for name, target in (("v0_1_0_to_v0_9_0", "0.9.0"), ("v0_9_0_to_v0_10_0", "0.10.0"), ("v0_2_0_to_v0_3_0", "0.3.0")):
        (folder / "migrations" / f"{name}.py").write_text(STEP.format(target=target), encoding="utf-8")
    (folder / "migrations" / "vague_to_vain.py").write_text("", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(migrations, "HERE", folder.parent)
    monkeypatch.setattr(migrations, "PACKAGE", "schemas_of_test")
    migrations._links.cache_clear()
    yield "long-way"
    migrations._links.cache_clear()


def test_longer_ways_are_chains(chain: str) -> None:
    """From the first to the last version every step on the way is taken, in order, and all cases are kept."""
    way = steps(chain, "0.1.0", "0.10.0")
    assert [step[:2] for step in way] == [("0.1.0", "0.9.0"), ("0.9.0", "0.10.0")]
    given_ = {"doc_id": "d", "schema": {"version": "0.1.0"}}
    annotation, cases = migrate(given_, way)
    assert annotation == {"doc_id": "d", "schema": {"version": "0.10.0"}, "way": ["0.1.0", "0.9.0"]}
    assert [case.message for case in cases] == ["0.1.0", "0.9.0"]
    assert given_ == {"doc_id": "d", "schema": {"version": "0.1.0"}}


def test_versions_are_in_the_order_of_their_numbers(chain: str) -> None:
    """0.10.0 is later than 0.9.0; files with other names are no steps."""
    assert versions(chain) == ("0.1.0", "0.2.0", "0.3.0", "0.9.0", "0.10.0")


@pytest.mark.parametrize(
    ("source", "target", "version"),
    [("0.5.0", "0.10.0", "0.5.0"), ("0.1.0", "7.0.0", "7.0.0"), ("", "0.10.0", ""), ("0.1.0", "0.3.0", "0.3.0")],
)
def test_ways_that_there_are_not(source: str, target: str, version: str, chain: str) -> None:
    """A version that no step leads from or to, or none from here, is refused; the known ones are named."""
    with pytest.raises(UnknownVersion, match=r"known: 0\.1\.0, 0\.2\.0, 0\.3\.0, 0\.9\.0, 0\.10\.0") as error:
        steps(chain, source, target)
    assert error.value.version == version


def test_there_is_no_way_back(chain: str) -> None:
    """A downgrade is refused."""
    with pytest.raises(NoWayBack, match=r"made with 0\.10\.0, and no migration leads back to 0\.9\.0"):
        steps(chain, "0.10.0", "0.9.0")


def test_schemas_without_migrations() -> None:
    """Nothing is to be done for the same version; another one is unknown."""
    assert steps("no-such-schema", "1.2.3", "1.2.3") == ()
    with pytest.raises(UnknownVersion, match="it has no migrations"):
        steps("no-such-schema", "1.2.2", "1.2.3")


@pytest.mark.parametrize("name", installed())
def test_every_installed_schema_can_be_reached(name: str) -> None:
    """From every earlier version a chain leads to the present one, and every step says in words what it does."""
    schema = load(name)
    for version in versions(schema.id):
        way = steps(schema.id, version, schema.version)
        assert all(isinstance(step, Step) for step in way)
        for step in way:
            module = __import__(step.migrate.__module__, fromlist=["AUTOMATIC"])
            assert step[:2] == (module.SOURCE, module.TARGET)
            for kind in KINDS:
                assert all(decision[0] == "D" and words for decision, words in getattr(module, kind.upper()).items())


@given(st.lists(st.tuples(*[st.integers(0, 30)] * 3), min_size=1))
def test_order_of_versions(numbers: list[tuple[int, int, int]]) -> None:
    """Versions are ordered like their numbers."""
    written = [".".join(map(str, one)) for one in numbers]
    assert [version_key(one) for one in sorted(written, key=version_key)] == sorted(numbers)
