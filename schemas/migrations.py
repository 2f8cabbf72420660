"""The ways from one version of a schema to a later one, over annotations in their JSON form.

A step is a module in the folder `migrations/` of a schema, named after its two versions (`v0_1_0_to_v0_2_0.py`), with
one pure function `migrate`. Longer ways are chains of steps. See `cppcc_poverty/migrations/README.md`.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

HERE = Path(__file__).parent
PACKAGE = __package__
_STEP = re.compile(r"v(\d+)_(\d+)_(\d+)_to_v(\d+)_(\d+)_(\d+)")

Kind = Literal["automatic", "lossy", "needs_human"]
KINDS: tuple[Kind, ...] = ("automatic", "lossy", "needs_human")


class Case(NamedTuple):
    """One thing that a step did (automatic, lossy) or that a person must look at (needs_human).

    `decision` is the rule of the guidelines; `path` names the item by its id (`entities[T3].value`); `start`, `end` and
    `text` are the mention, the trigger, or the head of the relation (None: the item stands nowhere).
    """

    kind: Kind
    decision: str
    message: str
    path: str
    start: int | None = None
    end: int | None = None
    text: str | None = None


class Migrated(NamedTuple):
    """An annotation after one or more steps, and all cases on the way, in the order of steps and rules."""

    annotation: Mapping[str, Any]
    cases: tuple[Case, ...]


class Step(NamedTuple):
    """From `source` to `target`: a pure function that copies what it changes."""

    source: str
    target: str
    migrate: Callable[[Mapping[str, Any]], Migrated]


class UnknownVersion(ValueError):
    """No step of the schema leads from or to `version`; `known` are the versions that some step does."""

    def __init__(self, schema_id: str, version: str, known: tuple[str, ...]) -> None:
        self.schema_id, self.version, self.known = schema_id, version, known
        listed = f"known: {', '.join(known)}" if known else "it has no migrations"
        super().__init__(f"{schema_id} has no version {version!r} to migrate from or to; {listed}")


class NoWayBack(ValueError):
    """The target is older than the source: migrations only go forward."""

    def __init__(self, source: str, target: str) -> None:
        super().__init__(f"made with {source}, and no migration leads back to {target}")


def versions(schema_id: str) -> tuple[str, ...]:
    """The versions that migrations of a schema lead from or to, oldest first."""
    ends = {version for step in _links(schema_id) for version in step[:2]}
    return tuple(sorted(ends, key=version_key))


def steps(schema_id: str, source: str, target: str) -> tuple[Step, ...]:
    """The chain of steps from one version to another; empty when they are the same.

    Raises:
        UnknownVersion: one of the two is no version that a step leads from or to.
        NoWayBack: the target is older than the source.
    """
    if source == target:
        return ()
    known = versions(schema_id)
    for version in (source, target):
        if version not in known:
            raise UnknownVersion(schema_id, version, known)
    if version_key(target) < version_key(source):
        raise NoWayBack(source, target)
    chain: list[Step] = []
    following = {before: (before, after, module) for before, after, module in _links(schema_id)}
    version = source
    while version != target:
        if version not in following:
            raise UnknownVersion(schema_id, target, known)
        before, version, module = following[version]
        chain.append(Step(before, version, importlib.import_module(module).migrate))
    return tuple(chain)


def migrate(annotation: Mapping[str, Any], chain: Iterable[Step]) -> Migrated:
    """Take an annotation through a chain of steps; the one that is given stays as it is."""
    cases: list[Case] = []
    for step in chain:
        annotation, found = step.migrate(annotation)
        cases += found
    return Migrated(annotation, tuple(cases))


def version_key(version: str) -> tuple[int, ...]:
    """Order versions by their numbers: 0.10.0 comes after 0.9.0."""
    return tuple(int(part) for part in version.split("."))


@lru_cache
def _links(schema_id: str) -> tuple[tuple[str, str, str], ...]:
    """Source, target and module of every step of a schema."""
    folder = HERE / schema_id.replace("-", "_") / "migrations"
    found = []
    for file in sorted(folder.glob("v*_to_v*.py")):
        numbers = _STEP.fullmatch(file.stem)
        if numbers is not None:
            source, target = ".".join(numbers.groups()[:3]), ".".join(numbers.groups()[3:])
            found.append((source, target, f"{PACKAGE}.{folder.parent.name}.migrations.{file.stem}"))
    return tuple(found)
