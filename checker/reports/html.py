"""Pages in HTML: one file each, no network, every text escaped, no script but one of ours; the one door to jinja2."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


def page(
    template: str, *, styles: Sequence[str] = ("page.css",), scripts: Sequence[str] = (), **values: Any
) -> str:
    """Give a page of `templates/` with style sheets and scripts of that folder, each kind as one text in its order.

    The template is given `css`, `script` where there is one, and `csp`, which allows these two by their hashes and
    nothing else.

    Raises:
        jinja2.UndefinedError: the template names a value that was not given.
    """
    css = _joined(styles)
    allowed = [f"default-src 'none'; style-src '{_hash(css)}'"]
    if scripts:
        values["script"] = _joined(scripts)
        allowed.append(f"script-src '{_hash(values['script'])}'")
    csp = "; ".join([*allowed, "base-uri 'none'; form-action 'none'"])
    return _templates().get_template(template).render(css=css, csp=csp, **values)


def _joined(names: Sequence[str]) -> str:
    """Give files of the folder as they stand; lines end as a browser reads them, or the hash would not fit."""
    loader = _templates().loader
    assert loader is not None
    return "".join(loader.get_source(_templates(), name)[0] for name in names).replace("\r\n", "\n")


def _hash(text: str) -> str:
    """Give what a content security policy calls the hash of an element's text."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


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
