"""Pages in HTML: one file each, no network, no script, every text escaped; the one door to jinja2."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


def page(template: str, *, sheet: str = "page.css", **values: Any) -> str:
    """Give a page of `templates/`; `css` is given to it, and `csp`, which allows this style sheet and nothing else.

    `sheet`: the style sheet of `templates/`.

    Raises:
        jinja2.UndefinedError: the template names a value that was not given.
    """
    css = _templates().get_template(sheet).render()
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    csp = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return _templates().get_template(template).render(css=css, csp=csp, **values)


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("checker.reports"),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
