"""`checker schema`: the JSON Schema of a pack's rule files, for editors."""

from __future__ import annotations

import json
from pathlib import Path

import click

from checker.cli.shared import deliver, packs


@click.command(short_help="打印规则包的 JSON Schema Print the pack's JSON Schema")
@click.argument("rules", required=False, type=click.Path(path_type=Path))
def schema(rules: Path | None) -> None:
    """打印规则包的 JSON Schema Print the pack's own schema: its logs, fields and enum values complete too."""
    folder = packs([rules] if rules else [])[0]
    from checker import language
    from checker.language.schema_pack import pack_schema

    text = json.dumps(pack_schema(language.load_pack(folder)), ensure_ascii=False, indent=2)
    deliver(text + "\n", None, utf8=True)
