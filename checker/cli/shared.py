"""What all commands share: where errors end up, how a report is written, which pack is meant."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, TextIO

import click

from checker import diagnostics
from checker.diagnostics import CheckerError, Diagnostic, Look, UsageError
from checker.diagnostics.excerpt import CELLS
from checker.model import Lang, Place, Text

DEFAULT_PACK = "after-sales"
FORMATS_OF_DIAGNOSTICS = ("pretty", "concise", "json", "github", "gitlab", "sarif", "junit")

lang_option = click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help="语言 language of the output",
)
rules_option = click.option(
    "--rules", type=click.Path(path_type=Path), help="规则包 folder of the pack  [default: rules/after-sales]"
)
waivers_option = click.option(
    "--waivers", type=click.Path(path_type=Path), help="豁免单 waivers, .yaml .csv .xlsx"
)
color_option = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="颜色 colours; NO_COLOR and FORCE_COLOR are obeyed",
)


class Edge(click.Group):
    """The command group at which every CheckerError ends, as diagnostics on stderr and exit status 2."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; faults in our own input become diagnostics."""
        ctx.color = wants_color("auto")
        try:
            return super().invoke(ctx)
        except CheckerError as error:
            lang = _lang(ctx)
            shown = look(_color(ctx), sys.stderr)
            say("\n".join(diagnostics.pretty(one, lang, look=shown) for one in error.diagnostics))
            ctx.exit(2)
        except BrokenPipeError:
            # The reader has gone (`| head`); what is still buffered must not raise again at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(2)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if os.environ.get("CHECKER_DEBUG"):
                raise
            say(_internal(error, _lang(ctx)))
            ctx.exit(2)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run as a program: what a console cannot show becomes `?`; a closed pipe or Ctrl-C is no bug."""
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")
        if not kwargs.get("standalone_mode", True):
            return super().main(*args, **kwargs)
        try:
            code = super().main(*args, **{**kwargs, "standalone_mode": False})
        except click.Abort:
            say("已中断 interrupted")
            code = 2
        except click.ClickException as error:
            error.show()
            code = error.exit_code
        sys.exit(code if isinstance(code, int) else 0)


def _internal(error: Exception, lang: Lang) -> str:
    """Tell of a bug in one short paragraph; status 1 would pass for findings, and no report is better than half one."""
    import traceback

    last = traceback.extract_tb(error.__traceback__)[-1]
    cause = " ".join(str(error).split())[:300]
    at = f"{Path(last.filename).name}:{last.lineno}"
    fault = Diagnostic(
        "internal-error",
        "error",
        Place(""),
        Text(
            f"程序出错，没有出具报告：{type(error).__name__}（{at}）",
            f"a bug; no report: {type(error).__name__} at {at}",
        ),
        found=cause,
        hint=Text(
            "请把这段话发给维护者；设环境变量 CHECKER_DEBUG=1 可看到详情",
            "send this to the maintainers; set CHECKER_DEBUG=1 to see more",
        ),
    )
    return diagnostics.pretty(fault, lang)


def _lang(ctx: click.Context) -> Lang:
    """Give the language the user asked for, wherever on the command line."""
    asked = [part for before, part in zip(sys.argv, sys.argv[1:], strict=False) if before == "--lang"]
    return "en" if "en" in asked or "--lang=en" in sys.argv or ctx.meta.get("lang") == "en" else "zh"


def remember_lang(lang: Lang) -> None:
    """Let errors be told in the language of the command."""
    click.get_current_context().meta["lang"] = lang


def say(text: str) -> None:
    """Print to stderr."""
    click.echo(_sayable(text), err=True, color=True)


def _sayable(text: str) -> str:
    """Give the text with `?` for what is no character, such as the bytes of a file name in another encoding."""
    return text.encode(errors="replace").decode()


def _color(ctx: click.Context) -> str:
    """Give `--color` as the user wrote it, wherever on the command line."""
    asked = [part for before, part in zip(sys.argv, sys.argv[1:], strict=False) if before == "--color"]
    asked += [part.removeprefix("--color=") for part in sys.argv if part.startswith("--color=")]
    return asked[-1] if asked and asked[-1] in ("always", "never") else "auto"


def wants_color(choice: str, stream: TextIO | None = None) -> bool:
    """Tell whether to colour a stream (stdout): as asked, else NO_COLOR, else FORCE_COLOR, else on a terminal.

    Variables count when they are set and not empty, as https://no-color.org has it; click obeys none of them.
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return os.environ["FORCE_COLOR"] != "0"
    return (stream or sys.stdout).isatty() and os.environ.get("TERM") != "dumb"


def look(choice: str, stream: TextIO | None = None) -> Look:
    """Give how a stream (stdout) shows faults: its colours, the characters it can print, the width of its terminal."""
    stream = stream or sys.stdout
    columns = shutil.get_terminal_size((CELLS, 24)).columns - 8 if stream.isatty() else CELLS
    charset = getattr(stream, "encoding", None) or "utf-8"
    return Look(wants_color(choice, stream), charset, max(40, min(columns, CELLS)))


def default_pack() -> Path:
    """Give `rules/after-sales` of the working folder, else the pack that comes with the program."""
    here = Path("rules") / DEFAULT_PACK
    if (here / "pack.yaml").is_file():
        return here
    from checker.language.schema import builtin_pack

    return builtin_pack(DEFAULT_PACK)


def packs(folders: Sequence[Path]) -> list[Path]:
    """Give the packs meant: the folders, or the packs directly inside them; none named: the default."""
    if not folders:
        return [default_pack()]
    found: list[Path] = []
    for folder in folders:
        inside = sorted(one.parent for one in folder.glob("*/pack.yaml"))
        if not (folder / "pack.yaml").is_file() and not inside:
            raise UsageError.of(
                "not-a-pack",
                Text(
                    "这里没有规则包：文件夹里须有 pack.yaml", "no pack here: the folder must hold pack.yaml"
                ),
                file=diagnostics.shown_path(folder),
            )
        found += [folder] if (folder / "pack.yaml").is_file() else inside
    return found


def deliver(text: str | bytes, output: Path | None, utf8: bool = False) -> Path | None:
    """Write a report to a file as `write_paper` does, or to stdout; give the file. `utf8`: in any console."""
    data = _sayable(text) if isinstance(text, str) else text
    if isinstance(data, str) and (utf8 or output is not None):
        data = data.encode()
    if output is not None and isinstance(data, bytes):
        return write_paper(output, data, _lang(click.get_current_context()))
    click.echo(data, nl=False, color=True)
    return None


def deliver_pieces(pieces: Iterable[str], output: Path | None) -> None:
    """Write a report in UTF-8 piece by piece, to a file as `write_paper` does, or to stdout."""
    data = (piece.encode(errors="replace") for piece in pieces)
    if output is not None:
        write_paper(output, data, _lang(click.get_current_context()))
        return
    for piece in data:
        click.echo(piece, nl=False)


def make_folder(folder: Path, said: Text, hint: Text) -> None:
    """Make a folder for papers, if there is none.

    Raises:
        UsageError: it cannot be made; `said`, with the reason.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = Text(f"{said.zh}：{error.strerror}", f"{said.en}: {error.strerror}")
        raise UsageError.of("cannot-write", why, hint, diagnostics.shown_path(folder)) from error


def write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file beside its place, then move it there, so that nobody ever sees half of it.

    Raises:
        UsageError: the folder does not exist or cannot be written to, the disk is full, or the file is held open.
    """
    if _is_outlet(path):
        _pour(path, pieces)
        return
    path = _meant(path)
    with _staged(path, pieces) as staged:
        staged.replace(path)


def _is_outlet(path: Path) -> bool:
    """Tell whether a path is a device or a pipe (`/dev/null`, `/dev/stdout`): it is written to, never replaced."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _meant(path: Path) -> Path:
    """Give the file that a link leads to, else the path itself: a link (`/dev/stdout` of `> file`) stays one."""
    return path.resolve() if path.is_symlink() else path


def _pour(path: Path, pieces: Iterable[bytes]) -> None:
    try:
        with path.open("wb") as outlet:
            outlet.writelines(pieces)
    except OSError as error:
        raise _unwritable(error, path) from error


def write_paper(path: Path, data: bytes | Iterable[bytes], lang: Lang) -> Path:
    """Write a paper whole; give where it stands.

    A file that is open in Excel cannot be replaced: the paper then goes to the first free name beside it,
    `复核表 (2).xlsx`, and stderr says so.

    Raises:
        UsageError: the folder does not exist or cannot be written to, or the disk is full.
    """
    pieces = [data] if isinstance(data, bytes) else data
    if _is_outlet(path):
        _pour(path, pieces)
        return path
    path = _meant(path)
    with _staged(path, pieces) as staged:
        try:
            staged.replace(path)
            return path
        except PermissionError:
            if not path.is_file():
                raise
        other = _claimed(path)
        try:
            staged.replace(other)
        except BaseException:
            other.unlink()
            raise
    said = Text(
        f"{diagnostics.shown_path(path)} 正被别的程序打开，没有覆盖；写到了 {diagnostics.shown_path(other)}",
        f"{diagnostics.shown_path(path)} is open in another program and was not replaced: "
        f"written to {diagnostics.shown_path(other)}",
    )
    say(said.pick(lang))
    return other


@contextmanager
def _staged(path: Path, pieces: Iterable[bytes]) -> Iterator[Path]:
    """Give a whole file beside its place, to be moved there; nothing of it stays where that fails.

    Raises:
        UsageError: it cannot be written, or not be moved.
    """
    staged: Path | None = None
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        staged = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.writelines(pieces)
        staged.chmod(0o644)
        yield staged
    except OSError as error:
        raise _unwritable(error, path) from error
    finally:
        if staged is not None:
            staged.unlink(missing_ok=True)


def _claimed(path: Path) -> Path:
    """Give the first free name beside a file, made empty: two programs at once get two names."""
    for number in count(2):
        other = path.with_stem(f"{path.stem} ({number})")
        try:
            other.touch(exist_ok=False)
        except FileExistsError:
            continue
        return other
    raise AssertionError("names never end")


def _unwritable(error: OSError, path: Path) -> UsageError:
    hints = {
        **dict.fromkeys((errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)), _FULL),
        **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), _CLOSED),
    }
    said = Text(f"无法写入：{error.strerror}", f"it cannot be written: {error.strerror}")
    hint = hints.get(error.errno or 0, _MISSING)
    return UsageError.of("cannot-write", said, hint, diagnostics.shown_path(path))


_FULL = Text(
    "磁盘已满：腾出空间，或写到别的盘，再做一次",
    "the disk is full: free some space, or write to another disk",
)
_CLOSED = Text(
    "文件夹只读，或文件正被别的程序打开：关掉它，或换一个可写的文件夹",
    "the folder is read-only, or another program holds the file: close it, or use a folder you may write to",
)
_MISSING = Text("检查文件夹是否存在、可写", "check that the folder exists and can be written to")


def protect(output: Path | None, inputs: Iterable[Path]) -> None:
    """Refuse to write a report over a file that is, or lies among, the inputs; inputs are never changed."""
    if output is None:
        return
    target = output.resolve()
    for one in inputs:
        place = one.resolve()
        if target == place or (place in target.parents and target.exists()):
            raise UsageError.of(
                "output-is-input",
                Text(
                    "--output 指向输入的台账，不能覆盖",
                    "--output names one of the inputs, which are never changed",
                ),
                Text("换一个文件名", "choose another name"),
                diagnostics.shown_path(output),
            )
