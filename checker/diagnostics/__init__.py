"""Faults in our own input (rules, options, files) as data; never a finding about a person.

`faults` has the nouns and the one-line form, `pretty` the form for people, `excerpt` the marked source line. Formats
for machines are in `checker/outputs`, what each code means in `checker/catalogue`.
"""

from checker.diagnostics.faults import (
    NO_TEXT,
    CheckerError,
    Diagnostic,
    Severity,
    UsageError,
    as_json,
    concise,
    has_errors,
    headline,
    in_order,
    shown_path,
    where,
)
from checker.diagnostics.pretty import Look, pretty

__all__ = [
    "NO_TEXT",
    "CheckerError",
    "Diagnostic",
    "Look",
    "Severity",
    "UsageError",
    "as_json",
    "concise",
    "has_errors",
    "headline",
    "in_order",
    "pretty",
    "shown_path",
    "where",
]
