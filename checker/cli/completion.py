"""`checker completion`: the script that lets a shell complete commands, options and rule ids."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem, get_completion_class

SHELLS = ("bash", "zsh", "fish", "powershell")


@click.command(short_help="打印补全脚本 Print a completion script")
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """打印补全脚本 Print the completion script of a shell: eval "$(checker completion bash)"."""
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"click {click.__version__}: no completion for {shell}")
    root = click.get_current_context().find_root()
    click.echo(kind(root.command, {}, "checker", "_CHECKER_COMPLETE").source())


def rule_ids(ctx: click.Context, param: click.Parameter, start: str) -> list[CompletionItem]:
    """Give the ids of rules and tallies that begin with `start`, with their titles."""
    from checker import language
    from checker.cli.shared import default_pack
    from checker.diagnostics import CheckerError

    try:
        pack = language.load_pack(ctx.params.get("rules") or default_pack())
    except CheckerError:
        return []
    titles = {rule.id: rule.title for rule in pack.rules} | {
        one.id: one.title for one in pack.tallies.values()
    }
    return [
        CompletionItem(name, help=title.pick("zh"))
        for name, title in titles.items()
        if name.startswith(start)
    ]
