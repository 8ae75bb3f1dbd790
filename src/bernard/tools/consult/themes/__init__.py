"""Themes found in what people said, with no large model; and hints for whoever edits them."""

from bernard.tools.consult.themes.divide import split
from bernard.tools.consult.themes.find import find_themes
from bernard.tools.consult.themes.reword import AskModel, reworded
from bernard.tools.consult.themes.suggest import Suggestion, suggestions, vague

__all__ = [
    "AskModel",
    "Suggestion",
    "find_themes",
    "reworded",
    "split",
    "suggestions",
    "vague",
]
