"""The static site: pages in the GOV.UK design, with each table as CSV and JSON beside it."""

from bernard.register.site.build import Built, build
from bernard.register.site.source import Source, open_source
from bernard.register.site.wanted import Imprint, Wanted

__all__ = ["Built", "Imprint", "Source", "Wanted", "build", "open_source"]
