"""Which themes each response holds, with the sentence that justifies each and how sure that is."""

from bernard.tools.consult.mapping.assign import map_responses, mapped
from bernard.tools.consult.mapping.learning import learnt
from bernard.tools.consult.mapping.proposing import candidates
from bernard.tools.consult.mapping.queue import next_to_check
from bernard.tools.consult.mapping.scoring import Scored, score
from bernard.tools.consult.mapping.standing import Standing, answered_again, standings

__all__ = [
    "Scored",
    "Standing",
    "answered_again",
    "candidates",
    "learnt",
    "map_responses",
    "mapped",
    "next_to_check",
    "score",
    "standings",
]
