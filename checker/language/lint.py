"""What a valid pack may still say wrongly: names that do not exist, clauses without rules, gaps in dates.

Each check is a plain function `(pack, documents) → faults`. `CHECKS` are asked before every run: what they call an
error stops it. `CAREFUL` are asked by `checker lint` alone, of a pack without errors: what is valid and yet hardly meant.
Add one to either list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from checker.diagnostics import Diagnostic, has_errors
from checker.language import (
    lint_approval,
    lint_articles,
    lint_clauses,
    lint_dates,
    lint_due,
    lint_fines,
    lint_ids,
    lint_limits,
    lint_logs,
    lint_names,
    lint_papers,
    lint_periods,
    lint_retention,
    lint_scalars,
    lint_tallies,
    lint_terms,
    lint_unused,
    lint_values,
    lint_words,
)
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
    lint_papers.papers_are_sound,
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
    lint_ids.former_ids_are_free,
    lint_names.forms_are_whole,
    lint_periods.periods_are_sound,
    lint_periods.periods_exist,
    lint_due.weekdays_are_of_weeks,
    lint_values.days_exist,
    lint_values.effective_spans,
    lint_values.parameters_cover,
    lint_values.parameters_used,
    lint_values.ranges_rise,
    lint_values.money_is_exact,
    lint_values.grades_exist,
    lint_terms.merits_are_rewarded,
    lint_terms.units_exist,
    lint_terms.forms_are_complete,
    lint_terms.liable_is_one_thing,
    lint_terms.causes_are_whole,
    lint_terms.shares_add_up,
    lint_tallies.tallies_are_sound,
    lint_tallies.thresholds_rise,
    lint_tallies.caps_are_sound,
    lint_values.workdays_have_a_calendar,
    lint_values.calendars_fit,
    lint_fines.steps_rise,
    lint_limits.ranges_of_fields,
)
CAREFUL: tuple[LintCheck, ...] = (
    lint_unused.logs_used,
    lint_unused.columns_used,
    lint_unused.calendar_used,
    lint_dates.versions_hold,
    lint_dates.calendar_days_differ,
    lint_dates.calendars_follow,
    lint_due.timetables_can_be_kept,
    lint_fines.fines_rise,
    lint_fines.bands_are_open,
    lint_fines.grades_are_closed,
    lint_limits.limits_are_within,
    lint_words.numbers_are_parameters,
    lint_words.translations_are_current,
    lint_scalars.scalars_are_quoted,
    lint_articles.numbers_follow,
    lint_articles.handling_is_true,
    lint_retention.kept_and_destroyed,
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

    Formulas, types and units are checked by compiling each rule, which stops at a rule's first fault. What compiles
    is asked the careful questions, and a comment may answer them: see `lint_allow`.
    """
    from checker.language.compile import check_rules  # brings lark and the plan: not needed to read a pack
    from checker.language.lint_allow import allowed
    from checker.language.lint_firing import conditions_make_sense

    found = lint(pack, documents)
    if has_errors(found) or has_errors(faults := check_rules(pack)):
        return found if has_errors(found) else [*found, *faults]
    found += [fault for check in (*CAREFUL, conditions_make_sense) for fault in check(pack, documents)]
    return allowed(found, documents)
