"""The site's templates filled in."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from jinja2 import Environment

from bernard.look.render import open_environment


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The site's templates, with what all pages of ours share."""
    return open_environment("bernard.web")


def render(template: str, **values: Any) -> str:
    """The template filled in."""
    return environment().get_template(template).render(**values)
