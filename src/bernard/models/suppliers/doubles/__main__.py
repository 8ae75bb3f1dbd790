"""Run a double by hand: `python -m bernard.models.suppliers.doubles --kind anthropic --port 9000`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib

from bernard.models.suppliers.doubles import Fault, MockSupplier, echo
from bernard.models.suppliers.doubles.server import PREFIXES


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="A server that answers as a supplier does.")
    parser.add_argument("--kind", choices=sorted(PREFIXES), default="openai-compatible")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--answer", default="The double has heard you.")
    parser.add_argument("--echo", action="store_true", help="answer with the last message")
    parser.add_argument("--piece", type=int, default=0, help="characters in one streamed event")
    parser.add_argument("--pace", type=float, default=0.0, help="seconds between two events")
    parser.add_argument("--key", default="", help="the key to ask for")
    parser.add_argument("--fault", default="", help="how every answer fails: slow, cut, hang, ...")
    parser.add_argument("--status", type=int, default=500, help="of the fault `refuse`")
    parser.add_argument("--wait", type=float, default=1.0, help="seconds of the fault `slow`")
    parser.add_argument("--retry-after", type=float, default=None)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(parser.parse_args()))


async def _serve(options: argparse.Namespace) -> None:
    fault = None
    if options.fault:
        fault = Fault(
            options.fault,
            status=options.status,
            wait_s=options.wait,
            retry_after_s=options.retry_after,
        )
    mock = MockSupplier(
        options.kind,
        answer=echo if options.echo else options.answer,
        fault=fault,
        key=options.key,
        piece=options.piece,
        pace_s=options.pace,
        host=options.host,
        port=options.port,
        keep=False,
    )
    async with mock:
        print(mock.url, flush=True)  # noqa: T201 (whoever started this reads where it listens)
        await asyncio.Event().wait()


if __name__ == "__main__":
    main()
