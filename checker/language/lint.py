"""What a valid pack may still say wrongly: names that do not exist, clauses without rules, gaps in dates.

Each check is a plain function `(pack, documents) → faults`; `CHECKS` is the list of them: add one there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from checker.diagnostics import Diagnostic, has_errors
from checker.language import lint_approval, lint_clauses, lint_logs, lint_names, lint_periods, lint_values
from checker.language.pack import Pack
from checker.language.yaml_loader import Document
from checker.model import Place, Text

Documents = Mapping[str, tuple[Document, ...]]
LintCheck = Callable[[Pack, Documents], Iterable[Diagnostic]]

CHECKS: tuple[LintCheck, ...] = (
    lint_approval.policy_is_approved,
    lint_approval.rules_follow_publication,
    lint_approval.policy_file_is_the_one_approved,
    lint_logs.logs_are_sound,
    lint_logs.links_are_sound,
    lint_logs.sources_are_sound,
    lint_logs.formulas_end,
    lint_clauses.cited_clauses_exist,
    lint_clauses.clauses_are_handled,
    lint_names.logs_exist,
    lint_names.sources_exist,
    lint_names.fields_exist,
    lint_names.enum_values,
    lint_names.parameters_exist,
    lint_names.placeholders_exist,
    lint_names.waivable_keys_exist,
    lint_names.overlaps_exist,
    lint_names.rule_ids_differ,
    lint_names.forms_are_whole,
    lint_periods.periods_are_sound,
    lint_periods.periods_exist,
    lint_values.days_exist,
    lint_values.effective_spans,
    lint_values.parameters_cover,
    lint_values.parameters_used,
    lint_values.ranges_rise,
    lint_values.money_is_exact,
    lint_values.grades_exist,
    lint_values.workdays_have_a_calendar,
    lint_values.calendars_fit,
)


def lint(pack: Pack, documents: Documents) -> list[Diagnostic]:
    """Give the faults of all checks, in no order."""
    found = [fault for check in CHECKS for fault in check(pack, documents)]
    if not pack.rules:
        said = Text("制度包里没有规则", "the pack has no rules")
        place = documents["rules"][0].places.key(("rules",)) if documents["rules"] else Place("")
        found.append(Diagnostic("empty-pack", "error", place, said, hint=Text("写一条规则", "write a rule")))
    return found


def lint_deep(pack: Pack, documents: Documents) -> list[Diagnostic]:
    """Give the faults of `lint`; when there is no error among them, also those that only compiling finds.

    Formulas, types and units are checked by compiling each rule, which stops at a rule's first fault.
    """
    from checker.language.compile import check_rules  # brings lark and the plan: not needed to read a pack

    found = lint(pack, documents)
    return found if has_errors(found) else [*found, *check_rules(pack)]
