"""Hits → findings: penalties, overlaps, escalation, waivers, evidence, messages; once for all engines."""

from checker.findings.build import Built as Built
from checker.findings.build import build as build
from checker.findings.waivers import Waiver as Waiver
from checker.findings.waivers import load as load_waivers

__all__ = ["Built", "Waiver", "build", "load_waivers"]
