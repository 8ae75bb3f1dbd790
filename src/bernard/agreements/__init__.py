"""The agreement as code: read a file, find its faults, decide a call."""

from bernard.agreements.decide import decide
from bernard.agreements.old import Agreement, Call, Clause, Decider, Decision, Fault
from bernard.agreements.read import InForce, default_path, parse, read

__all__ = [
    "Agreement",
    "Call",
    "Clause",
    "Decider",
    "Decision",
    "Fault",
    "InForce",
    "decide",
    "default_path",
    "parse",
    "read",
]
