"""What proves an entry of the log to others: its receipt, and its own bytes."""

from __future__ import annotations

from starlette.responses import Response

from bernard.errors import NotFound
from bernard.ledger.published import receipt_of
from bernard.ledger.tlog.receipt import MEDIA_SUFFIX
from bernard.web.visit import Visit, whole_number


def receipt(visit: Visit) -> Response:
    """The receipt of an entry, in the form of C2SP tlog-proof."""
    number, b = _number(visit), visit.bernard
    text = str(receipt_of(b.ledger, b.settings.log_folder, number))
    return _file(text, f"entry-{number}{MEDIA_SUFFIX}", "text/plain; charset=utf-8")


def entry(visit: Visit) -> Response:
    """The bytes of an entry, which its receipt is about."""
    number = _number(visit)
    return _file(visit.bernard.ledger.get(number).body, f"entry-{number}.json", "application/json")


def _number(visit: Visit) -> int:
    number = whole_number(visit.part("number"))
    if number is None:
        raise NotFound(f"The log has no entry {visit.part('number')!r}.")
    return number


def _file(text: str, name: str, media_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Type": media_type}
    return Response(text.encode(), headers=headers)
