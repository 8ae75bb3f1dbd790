"""Pages about the site itself, open to everybody."""

from __future__ import annotations

from starlette.responses import Response

from bernard.web.visit import Visit, cookie_name


def accessibility(visit: Visit) -> Response:
    """The accessibility statement."""
    return visit.page("accessibility.html")


def privacy(visit: Visit) -> Response:
    """What is kept, and the one cookie."""
    hours = f"{visit.bernard.settings.session_hours:g}"
    return visit.page("privacy.html", cookie=cookie_name(visit.bernard), hours=hours)
