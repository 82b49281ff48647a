"""`python -m checker.cli`."""

from checker.cli import main

main(prog_name="checker")
