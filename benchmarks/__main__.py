"""`python -m benchmarks run | cold | lint | generate | profile`: figures beside their targets."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from benchmarks import generate, scenarios


def main() -> None:
    """Read the arguments and print a table."""
    args = _arguments().parse_args()
    match args.what:
        case "generate":
            for rows in args.rows:
                print(generate.archive(args.data, rows, args.format))
        case "run":
            _print(scenarios.archive(args.data, args.rows, args.format, args.repeat))
        case "cold":
            _print(scenarios.cold(args.repeat))
        case "lint":
            _print(scenarios.lint(args.repeat, args.rules))
        case _:
            from benchmarks.phases import profile

            folder = args.folder or generate.archive(args.data, args.rows[0], args.format)
            print(profile(folder, args.period, args.as_of, args.python))


def _print(lines: Iterable[scenarios.Line]) -> None:
    print(scenarios.table([scenarios.HEAD, *lines]))


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(dest="what", required=True)
    archives = argparse.ArgumentParser(add_help=False)
    archives.add_argument(
        "--rows", type=int, nargs="+", default=[1_000_000], help="service records, one size or more"
    )
    archives.add_argument("--format", choices=["parquet", "csv"], default="parquet")
    archives.add_argument(
        "--data", type=Path, default=Path(__file__).parent / "data", help="where archives are kept"
    )
    times = argparse.ArgumentParser(add_help=False)
    times.add_argument("--repeat", type=int, default=5, help="runs of each, in turn")
    commands.add_parser("generate", parents=[archives], help="make an archive")
    commands.add_parser("run", parents=[archives, times], help="check an archive, against only reading it")
    commands.add_parser("cold", parents=[times], help="check the sample month, against only importing")
    commands.add_parser("lint", parents=[times], help="lint packs").add_argument(
        "--rules", type=int, default=5_000
    )
    looking = commands.add_parser("profile", parents=[archives], help="where the time of a check goes")
    looking.add_argument("--folder", type=Path, help="any folder of logs instead of a made archive")
    looking.add_argument("--period", default=generate.PERIOD)
    looking.add_argument("--as-of", default=generate.AS_OF)
    looking.add_argument(
        "--python", action="store_true", help="also the Python functions, at the cost of speed"
    )
    return parser


if __name__ == "__main__":
    main()
