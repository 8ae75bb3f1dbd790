"""Themes found in what people said, with no large model; and hints for whoever edits them."""

from bernard.tools.consult.themes.find import find_themes

__all__ = ["find_themes"]
