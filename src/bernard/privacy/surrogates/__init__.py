"""Invented people, numbers and places, for the natural style of stand-ins."""

from bernard.privacy.surrogates.inventor import Inventor

__all__ = ["Inventor"]
