"""Why the second opinion could not be had: always one message and exit status 2, never a guess."""

from __future__ import annotations

from checker.diagnostics import UsageError
from checker.model import Text

_HINT = Text("改用 --engine duckdb", "use --engine duckdb")


def missing(reason: str) -> UsageError:
    """Say that durable_rules cannot be loaded, and how to install it."""
    message = Text(f"引擎 durable 未安装：{reason}", f"the engine durable is not installed: {reason}")
    hint = Text(
        "Python 3.12 及以下：pip install 'policy-checker[durable]'；Python 3.13："
        "CPPFLAGS='-DPyEval_CallObject=PyObject_CallObject' pip install --no-binary durable-rules durable-rules"
        "（需要 C 编译器）",
        "up to Python 3.12: pip install 'policy-checker[durable]'; on Python 3.13: "
        "CPPFLAGS='-DPyEval_CallObject=PyObject_CallObject' pip install --no-binary durable-rules durable-rules"
        " (a C compiler is needed)",
    )
    return UsageError.of("engine-not-installed", message, hint)


def failed(rule: str, what: Text) -> UsageError:
    """Say that the network died, hung or answered nonsense while a rule was decided."""
    message = Text(
        f"引擎 durable 在规则 {rule} 上出错，没有出具报告：{what.zh}",
        f"the engine durable failed on the rule {rule}, no report is given: {what.en}",
    )
    return UsageError.of("engine-failed", message, _HINT)


def refused(rule: str, what: Text) -> UsageError:
    """Say that a rule or a value lies outside what the network can be trusted with."""
    message = Text(
        f"引擎 durable 不能核查规则 {rule}：{what.zh}",
        f"the engine durable cannot judge the rule {rule}: {what.en}",
    )
    return UsageError.of("engine-refuses", message, _HINT)
