"""Measures the checker: a made-up archive, a process that only reads it, and both timed in turn."""
