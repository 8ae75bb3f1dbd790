"""Documents and pictures: what they say and where, and new ones without what goes."""

from bernard.privacy.documents.limits import Limits
from bernard.privacy.documents.process import OpenDocument, Reading
from bernard.privacy.documents.types import Box, Cut, Kind, Page, Word

__all__ = ["Box", "Cut", "Kind", "Limits", "OpenDocument", "Page", "Reading", "Word"]
