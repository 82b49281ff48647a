"""`python -m checker.cli`."""

from checker.cli import run

run()
