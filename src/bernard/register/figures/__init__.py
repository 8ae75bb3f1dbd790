"""Figures of what was shared, made from the log in one pass.

`figures` gives the tables of an edition of the register, `figures_of` those of a published log;
`SECTIONS` says which belong together.
"""

from bernard.register.figures.edition import SECTIONS, figures, sectioned
from bernard.register.figures.from_log import figures_of
from bernard.register.figures.period import Period, parse_period

__all__ = ["SECTIONS", "Period", "figures", "figures_of", "parse_period", "sectioned"]
