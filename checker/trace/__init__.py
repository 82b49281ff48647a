"""Why a rule did, or did not, fire: the steps of its own plan, kept while they are taken."""

from checker.trace.model import Trace as Trace
from checker.trace.run import trace as trace
from checker.trace.run import trace_tables as trace_tables
