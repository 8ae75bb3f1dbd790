"""Special categories and criminal offence data, derived from what a text says of a person."""

from bernard.privacy.categories.find import Categories, Derived, Evidence, categories

__all__ = ["Categories", "Derived", "Evidence", "categories"]
