"""Where the store is, and what is never shown of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.annotation.store import find_address
from workbench.core.errors import UsageMistake

ROOT = Path("/project")


def test_the_default_is_a_file_of_the_project() -> None:
    """Without an option or a variable, and with an empty one."""
    for environment in ({}, {"WORKBENCH_STORE": ""}):
        assert find_address(ROOT, None, environment).file == ROOT / ".workbench" / "work.db"


@pytest.mark.parametrize(
    ("given", "file"),
    [
        ("sqlite:///work.db", "work.db"),
        ("sqlite:////srv/a b%20c%25.db", "/srv/a b c%.db"),
        ("some/folder/政协 50%.db", "some/folder/政协 50%.db"),
    ],
)
def test_sqlite_files(given: str, file: str) -> None:
    """A URL with three slashes, or a path."""
    assert find_address(ROOT, given, {}).file == Path(file)


def test_the_option_wins_over_the_variable() -> None:
    """`--store`, else WORKBENCH_STORE."""
    environment = {"WORKBENCH_STORE": "postgresql://h/one"}
    assert find_address(ROOT, None, environment).label == "postgresql://h/one"
    assert find_address(ROOT, "postgres://h/two", environment).label == "postgresql://h/two"


@pytest.mark.parametrize(
    "given",
    [
        "postgresql://wang:s3cret@h:5432/db",
        "postgres://wang:s3cret@/db?host=/tmp/sock",
        "postgresql+psycopg://wang@h/db?password=s3cret&sslpassword=s3cret2&sslmode=require",
    ],
)
def test_passwords_are_not_shown(given: str) -> None:
    """Neither by the label, nor by a traceback, nor in a message of the driver; the driver still gets them."""
    address = find_address(ROOT, given, {})
    assert address.url is not None
    assert "s3cret" in address.secrets
    assert "s3cret" in address.url.render_as_string(hide_password=False)
    assert address.url.drivername == "postgresql+psycopg"
    for shown in (address.label, repr(address), address.without_password("s3cret, and s3cret2")):
        assert "s3cret" not in shown
    assert "wang" in address.label


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "names no file"),
        (":memory:", "a store in memory would lose all work"),
        ("sqlite://", "a store in memory would lose all work"),
        ("sqlite:///:memory:", "a store in memory would lose all work"),
        ("sqlite:///work.db?mode=ro", "three slashes and a path"),
        ("sqlite://work.db", "three slashes and a path"),
        ("postgersql://wang:s3cret@h/db", "did you mean 'postgresql'?"),
        ("mysql://wang:s3cret@h/db", "known: postgresql, sqlite"),
        ("postgresql+psycopg2://wang:s3cret@h/db", "no store is kept in postgresql+psycopg2"),
        ("postgresql://wang:s3cret@h", "names no database"),
        ("postgresql://wang:s3cret", "cannot be read"),
        ("postgresql://wang:s3@cret@h/db", "write @ as %40"),
        ("postgresql://wang:pass@s3/cret@h/db", "write @ as %40"),
        ("postgresql://wang:s3cret@h:54x/db", "cannot be read"),
    ],
)
def test_wrong_addresses(given: str, said: str) -> None:
    """Each is refused with a form to use, by the name of the option or the variable, and without its password."""
    for source, arguments in (
        ("--store", (given, {})),
        ("WORKBENCH_STORE", (None, {"WORKBENCH_STORE": given})),
    ):
        if source == "WORKBENCH_STORE" and not given:
            continue
        with pytest.raises(UsageMistake) as caught:
            find_address(ROOT, *arguments)
        message = str(caught.value)
        assert message.startswith(f"{source}: ")
        assert said in message
        for secret in ("s3cret", "cret@h", "s3@", "pass@"):
            assert secret not in message
