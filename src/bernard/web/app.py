"""The site as an ASGI application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from bernard.errors import Error, SettingInvalid
from bernard.tools.consult.desk import Desk
from bernard.web import faults
from bernard.web.consult_held import Holder
from bernard.web.consult_queue import Queues
from bernard.web.routes import routes
from bernard.web.security import Guard, allowed_hosts, is_loopback

if TYPE_CHECKING:
    from bernard.assembly import Bernard


def app(bernard: Bernard) -> Starlette:
    """The site. `bernard.web.answers.work` must run beside it, here or in another process.

    Raises:
        SettingInvalid: a demo that listens to other machines; it lets everybody in.
    """
    settings = bernard.settings
    if bernard.demo and not is_loopback(settings.host):
        raise SettingInvalid(
            f"BERNARD_HOST is {settings.host!r}, but the demo lets everybody in, so it runs on "
            "127.0.0.1 only."
        )
    site = Starlette(
        routes=routes(settings),
        middleware=[Middleware(Guard, hosts=allowed_hosts(settings.host, settings.hosts))],
        exception_handlers={
            Error: faults.of_error,
            HTTPException: faults.of_http,
            Exception: faults.of_fault,
        },
    )
    site.state.bernard = bernard
    site.state.consult_desk = Desk(
        bernard.store, bernard.gateway, bernard.ledger, bernard.detector, settings
    )
    site.state.consult_held = Holder()
    site.state.consult_queues = Queues()
    return site
