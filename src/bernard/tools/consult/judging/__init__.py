"""A second opinion on the responses most in doubt, by a chat model: evidence, weighed with our own."""

from bernard.tools.consult.judging.asking import prompt as judge_prompt
from bernard.tools.consult.judging.choosing import (
    LEAST_DOUBT,
    MOST,
    SHARE,
    Doubts,
    doubts_of,
    most_asked,
)
from bernard.tools.consult.judging.judge import AskJudge, Heard, judged
from bernard.tools.consult.judging.weighing import LEFT_OUT, SAID

__all__ = [
    "LEAST_DOUBT",
    "LEFT_OUT",
    "MOST",
    "SAID",
    "SHARE",
    "AskJudge",
    "Doubts",
    "Heard",
    "doubts_of",
    "judge_prompt",
    "judged",
    "most_asked",
]
