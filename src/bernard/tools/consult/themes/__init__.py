"""Themes found in what people said, with no large model; and hints for whoever edits them."""

from bernard.tools.consult.themes.divide import split
from bernard.tools.consult.themes.find import find_themes
from bernard.tools.consult.themes.reword import AskModel, reworded
from bernard.tools.consult.themes.sides import sides_of
from bernard.tools.consult.themes.stance import Sides
from bernard.tools.consult.themes.suggest import Suggestion, suggestions, vague

__all__ = [
    "AskModel",
    "Sides",
    "Suggestion",
    "find_themes",
    "reworded",
    "sides_of",
    "split",
    "suggestions",
    "vague",
]
