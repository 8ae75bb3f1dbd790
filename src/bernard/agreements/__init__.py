"""The agreement as code: read a file, find its faults, decide a call."""

from bernard.agreements.check import Findings, check
from bernard.agreements.decide import decide
from bernard.agreements.in_force import Agreements
from bernard.agreements.read import default_path, parse, read, read_text, shipped
from bernard.agreements.schema import Agreement, Clause, Forbid, Limit
from bernard.agreements.types import Call, Decider, Decision, Failed, Fault

__all__ = [
    "Agreement",
    "Agreements",
    "Call",
    "Clause",
    "Decider",
    "Decision",
    "Failed",
    "Fault",
    "Findings",
    "Forbid",
    "Limit",
    "check",
    "decide",
    "default_path",
    "parse",
    "read",
    "read_text",
    "shipped",
]
