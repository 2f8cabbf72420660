"""Where the working store is: `--store`, else WORKBENCH_STORE, else a file in the project. Passwords stay hidden."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from workbench.core.errors import UsageMistake, nearest

STORE_VARIABLE = "WORKBENCH_STORE"
"""The environment variable that names the store."""

_OPTION = "--store"
SECRETS = ("password", "sslpassword")
"""Parameters of a URL that are never shown."""

_SCHEMES = {"sqlite": "", "postgresql": "psycopg", "postgres": "psycopg"}
_FORMS = "postgresql://USER:PASSWORD@HOST/DATABASE, sqlite:///PATH, or the path of a SQLite file"


@dataclass(frozen=True)
class Address:
    """A SQLite `file`, or the `url` of a PostgreSQL database; `label` is what messages call it."""

    label: str
    file: Path | None = None
    url: URL | None = field(default=None, repr=False)

    def without_password(self, message: str) -> str:
        """A message of a driver or a program with every password in it replaced."""
        for secret in self.secrets:
            message = message.replace(secret, "***")
        return message

    @property
    def secrets(self) -> tuple[str, ...]:
        """The passwords of the URL."""
        found = [self.password, self.url and self.url.query.get("sslpassword")]
        return tuple(str(secret) for secret in found if secret)

    @property
    def password(self) -> str | None:
        """The password of the login, which may stand in two places of a URL."""
        found = self.url and (self.url.password or self.url.query.get("password"))
        return str(found) if found else None


def default_file(root: Path) -> Path:
    """The store of a project when none is named; `root` is the folder that contains `tasks/`."""
    return root / ".workbench" / "work.db"


def find_address(root: Path, given: str | None, environment: Mapping[str, str] = os.environ) -> Address:
    """Where the store of a project is; `given` is the value of `--store`.

    Raises:
        UsageMistake: what is given is no address of a SQLite file or a PostgreSQL database.
    """
    if given is not None:
        return _parse(given, _OPTION)
    if environment.get(STORE_VARIABLE):
        return _parse(environment[STORE_VARIABLE], STORE_VARIABLE)
    return _at_file(default_file(root))


def _parse(given: str, source: str) -> Address:
    """The address that is meant by what stands in an option or a variable, `source`."""
    scheme, separator, rest = given.partition("://")
    if not separator:
        return _at_file(_checked_file(given, source))
    name, _, driver = scheme.partition("+")
    if name not in _SCHEMES or driver not in ("", _SCHEMES[name]):
        kinds = ("sqlite", "postgresql")
        raise UsageMistake(f"{source}: no store is kept in {scheme}{nearest(name, kinds)}; give {_FORMS}")
    if name == "sqlite":
        return _sqlite(rest, source)
    # a URL that cannot be taken apart may hold a password anywhere: only its scheme is shown
    unreadable = UsageMistake(
        f"{source}: this {scheme} URL cannot be read; give {_FORMS}. In names and passwords, write @ as %40, / as %2F, "
        ": as %3A and % as %25"
    )
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):
        raise unreadable from None
    if "@" in (url.host or "") or "@" in (url.database or ""):
        raise unreadable
    return _postgresql(url, source)


def _sqlite(rest: str, source: str) -> Address:
    if rest and (not rest.startswith("/") or "?" in rest):
        raise UsageMistake(f"{source}: a sqlite URL has three slashes and a path, nothing else; give sqlite:///PATH")
    return _at_file(_checked_file(unquote(rest[1:]), source))


def _checked_file(path: str, source: str) -> Path:
    if not path.strip() or path == ":memory:":
        raise UsageMistake(f"{source}: names no file, and a store in memory would lose all work; give {_FORMS}")
    return Path(path)


def _at_file(file: Path) -> Address:
    return Address(str(file), file=file)


def _postgresql(url: URL, source: str) -> Address:
    url = url.set(drivername="postgresql+psycopg")
    shown = url.set(drivername="postgresql").difference_update_query(SECRETS).render_as_string(hide_password=True)
    if not url.database:
        raise UsageMistake(f"{source}: {shown} names no database; give {_FORMS}")
    return Address(shown, url=url)
