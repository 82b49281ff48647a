"""Hits → findings: penalties, overlaps, escalation, waivers, evidence, messages; once for all engines."""

from checker.findings.build import Built as Built
from checker.findings.build import build as build
