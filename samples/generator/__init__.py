"""Builds the sample month: an invented company, its October 2026, and the cases planted in it."""
