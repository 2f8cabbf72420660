"""The people of a Label Studio server and the names that their annotations have here."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from workbench.annotation.label_studio.client import Client
from workbench.core.errors import Fault, FaultyData, UsageMistake
from workbench.corpus.tasks import Batch, check_name

_NAMESPACE = uuid.UUID("6f1a2d7e-6c0b-5d4e-9a53-0d8e1f0c7b21")


class People(NamedTuple):
    """Annotator names by the numbers of users, and back (several users may be one annotator); users' addresses."""

    names: Mapping[int, str]
    numbers: Mapping[str, int]
    addresses: Mapping[int, str]

    def name_of(self, user: Any) -> str:
        """The annotator's name of a user, who may be one that the list of users does not tell."""
        number = user.get("id") if isinstance(user, Mapping) else user
        known = self.names.get(number) if isinstance(number, int) else None
        return known or f"user-{number}"


def people_of(client: Client, batch: Batch) -> People:
    """The people of a server: as the batch's settings name them, else by the first part of their address.

    Raises:
        FaultyData: the settings name addresses that nobody has.
        StudioFailure: the server cannot be asked.
    """
    return name_people(client.get("/api/users/"), batch.studio or {}, str(batch.folder / "batch.toml"))


def name_people(users: Iterable[Mapping[str, Any]], settings: Mapping[str, str], source: str = "") -> People:
    """Name users: see `people_of`.

    A first part is the name of its oldest user; for others, and where it is no possible name, the whole address is.
    """
    addresses = {int(user["id"]): str(user.get("email") or user.get("username") or "") for user in users}
    known = {address.lower() for address in addresses.values()}
    wanted = {address.lower(): name for address, name in settings.items()}
    if unknown := [address for address in settings if address.lower() not in known]:
        raise FaultyData(
            Fault(f"{source}: no user of this Label Studio has this address", f"studio.{address}", rule="batch")
            for address in unknown
        )
    taken = {name.lower() for name in wanted.values()}
    names: dict[int, str] = {}
    for number, address in sorted(addresses.items()):
        first = address.partition("@")[0]
        short = address if first.lower() in taken else first
        names[number] = wanted.get(address.lower()) or _possible(short) or f"user-{number}"
        taken.add(names[number].lower())
    numbers: dict[str, int] = {}
    for number, name in names.items():
        numbers.setdefault(name, number)
    return People(names, numbers, addresses)


def unique_id(project: int, doc_id: str, name: str) -> str:
    """The id that lets a server take one annotation by an annotator of a document of a project, and no second one."""
    return str(uuid.uuid5(_NAMESPACE, json.dumps([project, doc_id, name])))


def import_id(project: int, doc_id: str, name: str) -> int:
    """A number by which a pushed annotation is found again: servers take the unique id, but never tell it."""
    return int(unique_id(project, doc_id, name).replace("-", "")[:15], 16)


class Authorship(NamedTuple):
    """Whose the annotations of a document in a project are: pushed ones their author's, all others their user's.

    `candidates` are the annotators whose work may have been pushed.
    """

    project: int
    doc_id: str
    people: People
    candidates: tuple[str, ...]

    def name_of(self, mark: Any, user: Any) -> str:
        """The annotator of an annotation, by the number it was pushed with (None: it was not) and by its user."""
        for name in self.candidates:
            if mark is not None and mark == import_id(self.project, self.doc_id, name):
                return name
        return self.people.name_of(user)


def _possible(name: str) -> str | None:
    try:
        return check_name("author", name)
    except UsageMistake:
        return None
