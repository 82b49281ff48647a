"""Hits → findings: penalties, overlaps, escalation, waivers, evidence, messages; once for all engines."""

from checker.findings.build import Built as Built
from checker.findings.build import build as build
from checker.findings.waiver_file import load as load_waivers
from checker.findings.waivers import Waiver as Waiver

__all__ = ["Built", "Waiver", "build", "load_waivers"]
