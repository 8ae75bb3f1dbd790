"""The agreement as code: read, check, decide, explain, compare, replay, sign and publish it."""

from bernard.agreements.allows import allows
from bernard.agreements.check import Findings, check
from bernard.agreements.compare import compare
from bernard.agreements.decide import decide
from bernard.agreements.explain import explain
from bernard.agreements.in_force import Agreements
from bernard.agreements.read import default_path, parse, read, read_text, shipped
from bernard.agreements.render import render
from bernard.agreements.replay import replay
from bernard.agreements.schema import Agreement, Clause, Forbid, Limit
from bernard.agreements.sign import sign, verify
from bernard.agreements.types import Call, Decider, Decision, Failed, Fault
from bernard.agreements.within import within

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
    "allows",
    "check",
    "compare",
    "decide",
    "default_path",
    "explain",
    "parse",
    "read",
    "read_text",
    "render",
    "replay",
    "shipped",
    "sign",
    "verify",
    "within",
]
