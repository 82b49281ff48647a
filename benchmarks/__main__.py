"""`python -m benchmarks WHAT`: figures beside their targets; `rules`, `peers` and `engines` also keep them for `plot`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks import generate, scenarios
from benchmarks.records import FAULTY
from benchmarks.results import Figure

HERE = Path(__file__).parent
PLOT = HERE.parent / "docs" / "performance.svg"


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the arguments and print a table."""
    args = _arguments().parse_args(arguments)
    match args.what:
        case "generate":
            for rows in args.rows:
                print(generate.archive(args.data, rows, args.format))
        case "run":
            _print(scenarios.HEAD, scenarios.archive(args.data, args.rows, args.format, args.repeat))
        case "cold":
            _print(scenarios.HEAD, scenarios.cold(args.repeat))
        case "lint":
            _print(scenarios.HEAD, scenarios.lint(args.repeat, args.rules))
        case "page":
            from benchmarks import page

            _print(page.HEAD, page.measure(args.findings, args.repeat))
        case "profile":
            from benchmarks.phases import profile

            folder = args.folder or generate.archive(args.data, args.rows[0], args.format)
            print(profile(folder, args.period, args.as_of, args.python))
        case _:
            _kept(args)


def _kept(args: argparse.Namespace) -> None:
    """Do what keeps its figures, or plots them."""
    from benchmarks import compare, engines, plot, results, rules

    match args.what:
        case "rules":
            figures = _seen(rules.measure(args.data, args.rows, args.rules, args.repeat, args.faulty))
            _print(rules.HEAD, rules.lines(figures))
        case "peers":
            figures = _seen(compare.measure(args.data, args.rows, args.repeat, args.only, args.faulty))
            _print(compare.HEAD, compare.lines(figures))
        case "engines":
            figures = _seen(engines.measure(args.data, args.rows, args.repeat, args.only))
            _print(engines.HEAD, engines.lines(figures))
        case _:
            found = (results.load(kind, args.results) for kind in ("rules", "peers"))
            args.output.write_text(plot.svg(*found), encoding="utf-8")
            return
    results.save(args.what, figures, args.results)


def _seen(figures: Iterable[Figure]) -> list[Figure]:
    """Give all figures; each is told on the error stream as it comes, for a long run."""
    found = []
    for one in figures:
        print(f"{one.name}, {one.rows:,} rows, {one.rules} rules: {one.wall} s", file=sys.stderr, flush=True)
        found.append(one)
    return found


def _print(head: scenarios.Line, lines: Iterable[scenarios.Line]) -> None:
    print(scenarios.table([head, *lines]))


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(dest="what", required=True)
    data, times, archives = (argparse.ArgumentParser(add_help=False) for _ in range(3))
    data.add_argument("--data", type=Path, default=HERE / "data", help="where made archives are kept")
    times.add_argument("--repeat", type=int, default=5, help="runs of each, in turn")
    archives.add_argument(
        "--rows", type=int, nargs="+", default=[1_000_000], help="service records, one size or more"
    )
    archives.add_argument("--format", choices=["parquet", "csv"], default="parquet")
    commands.add_parser("generate", parents=[data, archives], help="make an archive")
    commands.add_parser(
        "run", parents=[data, archives, times], help="check an archive, against only reading it"
    )
    commands.add_parser("cold", parents=[times], help="check the sample month, against only importing")
    commands.add_parser("lint", parents=[times], help="lint packs").add_argument(
        "--rules", type=int, default=5_000
    )
    commands.add_parser("page", parents=[times], help="the findings page in headless Chromium").add_argument(
        "--findings", type=int, default=10_000
    )
    looking = commands.add_parser("profile", parents=[data, archives], help="where the time of a check goes")
    looking.add_argument("--folder", type=Path, help="any folder of logs instead of a made archive")
    looking.add_argument("--period", default=generate.PERIOD)
    looking.add_argument("--as-of", default=generate.AS_OF)
    looking.add_argument(
        "--python", action="store_true", help="also the Python functions, at the cost of speed"
    )
    _add_kept(commands, data, times)
    return parser


def _add_kept(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], *parents: argparse.ArgumentParser
) -> None:
    results = argparse.ArgumentParser(add_help=False)
    results.add_argument(
        "--results", type=Path, default=HERE / "results", help="where figures are kept as JSON"
    )
    shared = [*parents, results]
    scaling = commands.add_parser(
        "rules", parents=shared, help="records by themselves: growth with rows and rules"
    )
    scaling.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    scaling.add_argument("--rules", type=int, nargs="+", default=[1, 10, 30, 100, 300])
    scaling.add_argument("--faulty", type=float, default=FAULTY, help="faulty records in a hundred")
    for name, said in (("peers", "ten rules by other programs"), ("engines", "ten rules by every engine")):
        one = commands.add_parser(name, parents=shared, help=said)
        one.add_argument("--rows", type=int, default=100_000)
        one.add_argument("--only", nargs="+", default=[], metavar="NAME", help="only these")
        if name == "peers":
            one.add_argument("--faulty", type=float, default=FAULTY, help="faulty records in a hundred")
    drawing = commands.add_parser("plot", parents=[results], help="draw the figures that are kept")
    drawing.add_argument("--output", type=Path, default=PLOT)


if __name__ == "__main__":
    main()
