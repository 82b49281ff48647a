"""`checker schema`: the JSON Schemas of a pack's files, for editors."""

from __future__ import annotations

import json
from pathlib import Path

import click

from checker.cli.shared import deliver, packs

FILES = ("pack", "logs", "clauses", "rules", "calendar", "tests", "waivers", "survivors")


@click.command(short_help="打印规则包的 JSON Schema Print the pack's JSON Schema")
@click.argument("rules", required=False, type=click.Path(path_type=Path))
@click.option(
    "--file",
    "name",
    type=click.Choice(FILES),
    default="rules",
    show_default=True,
    help="哪种文件 of which file",
)
def schema(rules: Path | None, name: str) -> None:
    """打印规则包的 JSON Schema Print the pack's own schema: its logs, fields, values, parameters and clauses complete."""
    folder = packs([rules] if rules else [])[0]
    from checker import language

    text = json.dumps(language.pack_schema(language.load_pack(folder), name), ensure_ascii=False, indent=2)
    deliver(text + "\n", None, utf8=True)
