"""The README's commands and printed outputs, as the tests that keep them true read them."""

from __future__ import annotations

import re
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"


def block(marker: str) -> str:
    """The fenced block after `<!-- marker -->`."""
    pattern = rf"<!-- {re.escape(marker)} -->\n```\w+\n(.*?)```"
    found = re.search(pattern, README.read_text(encoding="utf-8"), re.DOTALL)
    if found is None:
        raise LookupError(f"README.md has no block marked {marker!r}")
    return found[1]
