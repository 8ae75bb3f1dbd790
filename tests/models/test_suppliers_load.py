"""Many calls at once, with faults and people who go away: each gets its own answer or an error."""

import asyncio
import random
import subprocess
import sys

import msgspec
import pytest

from bernard.gateway.routing import Policy, Routes
from bernard.models.suppliers.deployments import Deployments
from bernard.models.suppliers.doubles import Fault, MockSupplier, echo
from bernard.models.suppliers.http import Client
from bernard.models.suppliers.keys import Key
from bernard.models.suppliers.kinds import KINDS
from bernard.models.suppliers.limits import Limits
from bernard.models.suppliers.remote import RemoteSupplier
from bernard.models.suppliers.types import Attested, SupplierFailed

FAULTS = [
    Fault("drop"), Fault("cut"), Fault("close"), Fault("twice"),
    Fault("refuse", status=503), Fault("error", after=1), Fault("end", after=2),
    Fault("slow", wait_s=0.05), Fault("packed"), Fault("stall"),
]  # fmt: skip


def supplier(mock, client, name="d"):
    attested = Attested(name, "them", "m", ("GB",))
    return RemoteSupplier(attested, KINDS["openai"], client, mock.url, "m", Key())


async def said(one, text, stream):
    body = {"messages": [{"role": "user", "content": text}]}
    answer = await one.send("chat", "openai-chat", body, stream=stream)
    if not stream:
        return answer.body["choices"][0]["message"]["content"]
    pieces = []
    async for event in answer.events:
        for choice in (event.data or {}).get("choices", ()):
            pieces.append(choice["delta"].get("content") or "")
    return "".join(pieces)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nobody_ever_gets_what_was_said_to_somebody_else(seed):
    rng = random.Random(seed)

    async def one_caller(one, mock, number, counts):
        for turn in range(15):
            text = f"caller {number} turn {turn} " + "x" * rng.choice([0, 10, 5000])
            if rng.random() < 0.4:
                mock.spoil(rng.choice(FAULTS))
            call = asyncio.create_task(said(one, text, rng.random() < 0.5))
            if rng.random() < 0.2:
                await asyncio.sleep(rng.random() * 0.02)
                call.cancel()
            try:
                assert await call == text
                counts["well"] += 1
            except (SupplierFailed, asyncio.CancelledError, msgspec.MsgspecError):
                counts["failed"] += 1

    async def run():
        counts = {"well": 0, "failed": 0}
        limits = Limits(max_connections=8, first_byte_s=3, idle_s=0.3, connect_s=20)
        async with MockSupplier("openai", answer=echo, piece=400) as mock:
            client = Client(limits, environ={})
            one = supplier(mock, client)
            await asyncio.gather(*(one_caller(one, mock, n, counts) for n in range(20)))
            mock._next.clear()
            assert await said(one, "after all that", True) == "after all that"
            assert len(mock._open) <= 8
            await client.close()
        return counts

    counts = asyncio.run(run())
    assert counts["well"] > 100
    assert counts["failed"] > 20


def test_a_stream_goes_on_while_the_register_is_replaced():
    async def run():
        async with MockSupplier("openai", pace_s=0.02) as old, MockSupplier("openai") as new:
            clients = Client(environ={}), Client(environ={})
            routes = Routes(Deployments([supplier(old, clients[0])]), Policy())
            [one] = routes.candidates("d", "chat")
            body = {"messages": [{"role": "user", "content": "hello"}]}
            answer = await routes.send(one, "chat", "openai-chat", body, stream=True)
            await answer.events.__anext__()
            await routes.replace(Deployments([supplier(new, clients[1])]))
            events = [event async for event in answer.events]
            assert events[-1].data is None
            [two] = routes.candidates("d", "chat")
            await routes.send(two, "chat", "openai-chat", body, stream=False)
            assert (len(old.requests), len(new.requests)) == (1, 1)
            async with asyncio.timeout(5):
                while old._open:
                    await asyncio.sleep(0.01)
            await routes.close()

    asyncio.run(run())


def test_a_double_runs_by_hand():
    command = [sys.executable, "-m", "bernard.models.suppliers.doubles", "--kind", "anthropic"]
    with subprocess.Popen([*command, "--echo"], stdout=subprocess.PIPE, text=True) as process:
        url = process.stdout.readline().strip()

        async def ask():
            client = Client(Limits(), environ={})
            one = RemoteSupplier(
                Attested("d", "s", "m", ("GB",)), KINDS["anthropic"], client, url, "m", Key()
            )
            body = {"messages": [{"role": "user", "content": "me too"}], "max_tokens": 9}
            answer = await one.send("chat", "anthropic-messages", body, stream=False)
            await client.close()
            return answer.body["content"][0]["text"]

        try:
            assert asyncio.run(ask()) == "me too"
        finally:
            process.terminate()
