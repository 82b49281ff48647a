"""Tests of a pack, written in YAML by whoever writes the rules: cases → small checks → differences."""

from checker.packtest.run import Result as Result
from checker.packtest.run import run_pack as run_pack
