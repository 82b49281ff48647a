"""Tests of a pack, written in YAML by whoever writes the rules: cases → small checks → differences.

Imports nothing, since pytest loads the plugin of this package in every session; see `run.run_pack`.
"""
