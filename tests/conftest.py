"""What all tests share."""

from __future__ import annotations

import os

from hypothesis import settings

# The same cases in every run, and no clock: a slow machine is no fault of the program.
settings.register_profile("tests", deadline=None, derandomize=True)
settings.load_profile("tests")

# One Java machine serves every test of a process, with the memory it was first started with: a run over little data
# would start it with too little for the hundreds of runs that follow.
os.environ.setdefault("SPARK_DRIVER_MEMORY", "3g")
