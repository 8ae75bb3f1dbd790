"""What an analyst asks of a consultation that is worked through; nothing here is changed or sent.

`count` says how many say what, `cross_tabulate` who says it, `said_together` what comes with what;
`chosen` picks responses, `search` and `search_meaning` find them, `rich` says which bring evidence or
experience; `worded` puts a share in words by a stated rule.
"""

from __future__ import annotations

from bernard.tools.consult.analysis.counting import Count, Counts, ThemeCount, count
from bernard.tools.consult.analysis.crossing import Cell, Group, Row, Table, cross_tabulate
from bernard.tools.consult.analysis.filters import (
    GROUPING,
    NO_ANSWER,
    OTHER_ANSWER,
    Filter,
    answered,
    chosen,
    decided,
    in_campaign,
    shown_answer,
)
from bernard.tools.consult.analysis.holding_back import HELD_BACK_NOTE, SMALLEST
from bernard.tools.consult.analysis.intervals import Interval
from bernard.tools.consult.analysis.placing import Campaigns, Placed, counted, placed
from bernard.tools.consult.analysis.quotes import quotes
from bernard.tools.consult.analysis.richness import Rich, Sign, rich
from bernard.tools.consult.analysis.searching import Hit, Words, search, search_meaning
from bernard.tools.consult.analysis.together import Pair, said_together
from bernard.tools.consult.analysis.wording import percent, rule, worded

__all__ = [
    "GROUPING",
    "HELD_BACK_NOTE",
    "NO_ANSWER",
    "OTHER_ANSWER",
    "SMALLEST",
    "Campaigns",
    "Cell",
    "Count",
    "Counts",
    "Filter",
    "Group",
    "Hit",
    "Interval",
    "Pair",
    "Placed",
    "Rich",
    "Row",
    "Sign",
    "Table",
    "ThemeCount",
    "Words",
    "answered",
    "chosen",
    "count",
    "counted",
    "cross_tabulate",
    "decided",
    "in_campaign",
    "percent",
    "placed",
    "quotes",
    "rich",
    "rule",
    "said_together",
    "search",
    "search_meaning",
    "shown_answer",
    "worded",
]
