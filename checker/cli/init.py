"""`checker init`: a new pack that runs at once, or the editor settings of a pack that is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from checker.cli.shared import lang_option, remember_lang
from checker.diagnostics import UsageError, shown_path
from checker.model import Lang, Text

STARTER = Path(__file__).parent / "starter"
_ABOUT = {  # in the order a newcomer reads them
    "pack.yaml": Text("制度：名称、时区、批准情况", "the policy: its name, time zone, approval"),
    "clauses.yaml": Text("条款对照表", "the clauses and how each is handled"),
    "logs.yaml": Text("台账：文件有哪些列", "the logs: the columns of the files"),
    "rules/first.yaml": Text("第一条规则", "a first rule"),
    "tests/first.test.yaml": Text("它的测试", "its tests"),
    "samples/2026-10/tool_loan.csv": Text("一份样例台账，有一处违规", "a sample log with one violation"),
}
_WHEN = "--period 2026-10 --as-of 2026-11-06"


@click.command(short_help="新建规则包或编辑器设置 Start a pack, or add editor settings to one")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=True))
@click.option("--no-modelines", is_flag=True, help="不在已有文件的第一行加注释 leave existing YAML as it is")
@lang_option
def init(folder: Path, no_modelines: bool, lang: Lang) -> None:
    """新建规则包，或更新其编辑器设置 Start a pack in DIR, or add and refresh the editor settings of a pack.

    What exists is not overwritten, but for the schemas in .checker/, which are as new as the pack.
    """
    remember_lang(lang)
    from checker.cli import editor

    is_new = not (folder / "pack.yaml").exists()
    try:
        lines = list(_start(folder)) if is_new else []
        lines += editor.settings(folder, modelines=is_new or not no_modelines)
    except OSError as error:
        raise _cannot_write(error) from error
    name = shown_path(folder)
    head = (
        Text(f"新的规则包：{name}", f"a new pack: {name}")
        if is_new
        else Text(f"规则包：{name}", f"pack: {name}")
    )
    click.echo("\n".join(one.pick(lang) for one in (head, *lines, *_next(name, is_new))))


def _start(folder: Path) -> Iterator[Text]:
    """Write the files of a new pack; nothing is written where one of them is there already."""
    there = [name for name in _ABOUT if (folder / name).exists()]
    if there:
        raise UsageError.of(
            "not-empty",
            Text(f"文件夹里已有 {', '.join(there)}，而没有 pack.yaml", f"there is {', '.join(there)}, but no pack.yaml"),
            Text("换一个空文件夹，或先移走这些文件", "choose an empty folder, or move these files away"),
            shown_path(folder),
        )  # fmt: skip
    for name, about in _ABOUT.items():
        data = (STARTER / name).read_bytes()
        if name == "pack.yaml":
            data = data.replace(b"id: my-policy", f"id: {_id(folder)}".encode(), 1)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        yield Text(f"  {name:<31}{about.zh}", f"  {name:<31}{about.en}")


def _id(folder: Path) -> str:
    """Give the id of the pack: the name of its folder where that can be an id."""
    name = folder.resolve().name.lower().replace("_", "-").replace(" ", "-")
    return name if re.fullmatch("[a-z][a-z0-9-]*", name) else "my-policy"


def _cannot_write(error: OSError) -> UsageError:
    return UsageError.of(
        "cannot-write",
        Text(f"无法写入：{error.strerror}", f"cannot be written: {error.strerror}"),
        Text("检查文件夹是否存在、可写", "check that the folder exists and is writable"),
        str(error.filename or "").replace("\\", "/"),
    )


def _next(folder: str, is_new: bool) -> Iterator[Text]:
    """Say what to do next, as lines that can be pasted."""
    quoted = f'"{folder}"' if re.search(r"[^\w./~:-]", folder) else folder
    yield Text("")
    yield Text("接下来：", "Next:")
    commands = [
        (f"checker lint {quoted}", Text("应无错误", "no fault")),
        (f"checker test {quoted}", Text("测试全部通过", "all tests pass")),
    ]
    if is_new:
        sample = f'"{folder}/samples/2026-10"' if quoted != folder else f"{folder}/samples/2026-10"
        commands.append(
            (f"checker check {sample} --rules {quoted} {_WHEN}", Text("找出一处违规", "finds one violation"))
        )
    for command, about in commands:
        yield Text(f"  {command}   # {about.zh}", f"  {command}   # {about.en}")
    yield Text(
        "  用 VS Code 打开这个文件夹，装上推荐的 YAML 扩展；台账、条款或规则改名后再运行一次 checker init",
        "  open the folder in VS Code and install the YAML extension it recommends; run checker init again"
        " after changing logs, clauses or names of rules",
    )
