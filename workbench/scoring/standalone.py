"""HTML pages that stand alone: they load nothing, and run no script but their own.

Every string of the data reaches a page either through a template that escapes it, or as JSON that the page's script
puts into text nodes. The Content-Security-Policy admits the script by its hash, so that nothing else could run.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.scoring.report import percent

PACKAGE = "workbench.scoring"
"""Its templates hold the frame, the macros, the style and the scripts of every page."""


def render(
    template: str,
    content: Mapping[str, Any],
    scripts: Sequence[str],
    data: Any = None,
    package: str = PACKAGE,
) -> str:
    """The page of a template of a package, which extends `frame.html.j2`; the same content gives the same bytes.

    `scripts` are the parts of the page's one script, in order; they share one scope. `data` is what the script reads
    (None: nothing).
    """
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    shared = PackageLoader(PACKAGE, "templates")
    loader = shared if package == PACKAGE else ChoiceLoader([PackageLoader(package, "templates"), shared])
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["percent"] = percent
    # styles and scripts stand in the page as they are: they are ours, and hold no data
    style, *parts = (shared.get_source(environment, name)[0] for name in ("report.css", *scripts))
    script = "\n".join(['"use strict";', "(() => {", *parts, "})();"])
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return environment.get_template(template).render(
        **content,
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        digest=digest,
        data=None if data is None else Markup(script_json(data)),  # noqa: S704
    )


def script_json(content: Any) -> str:
    """JSON that can stand inside a script element: no character of it can end the element or a line of script."""
    plain = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        plain = plain.replace(character, f"\\u{ord(character):04x}")
    return plain
