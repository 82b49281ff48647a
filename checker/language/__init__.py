"""The rule language: YAML files of a policy → one checked Pack."""

from checker.language.load import lint_pack, load_pack
from checker.language.pack import Pack
from checker.language.schema import builtin_pack
from checker.language.schema_pack import pack_schema

__all__ = ["Pack", "builtin_pack", "lint_pack", "load_pack", "pack_schema"]
