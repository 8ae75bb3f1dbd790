"""Puts load on a gateway, looks at every answer, and says how long it took.

    python benchmarks/gateway/load.py URL --header "authorization: Bearer KEY" closed --seconds 10
    python benchmarks/gateway/load.py URL ... paced --rate 50 --seconds 20 [--stream] [--at-once]

`closed` asks again as soon as it is answered, on so many connections; `paced` asks at a fixed rate
whatever happens, so that waiting is counted (no coordinated omission). No two questions are the same,
so that nothing gains from remembering texts. Prints one JSON object, times in milliseconds.
"""

import argparse
import asyncio
import gc
import itertools
import json
import time
from collections import Counter
from urllib.parse import urlsplit

import httptools
import msgspec
import uvloop
from supplier import AT_ONCE, EVENTS, MODEL, SAID, WORD

SYSTEM = "You answer for the council, in plain English, and say where to look it up or to ask."
QUESTION = (
    "A resident of {street} asks when the register office in the town hall is open, whether a birth "
    "can be registered without an appointment, and which papers both parents should bring along. "
    "Answer in two sentences."
)
# As PERSONAL, with what a gateway that masks must take out: an e-mail address and an NHS number.
PERSONAL = (
    "A resident asks whether a birth can be registered without an appointment, and which papers both "
    "parents should bring along. Write to {street}@example.org, NHS number 943 476 5919. Answer in two "
    "sentences."
)
LETTERS = "bcdfghjklmnprstvwz"
STREET = "@" * 9
READ = msgspec.json.Decoder()


def street(number):
    """A made-up street for this number, always nine letters: no two alike, and no personal data."""
    name = []
    for _ in range(len(STREET)):
        number, digit = divmod(number, len(LETTERS))
        name.append(LETTERS[digit])
    return "".join(name).encode()


class Question:
    """Requests of one kind, each with another street in it."""

    def __init__(self, url, headers, model, *, stream, at_once, personal):
        parts = urlsplit(url)
        body = {
            "model": model,
            "messages": [
                {"role": "system", "content": f"{SYSTEM} {AT_ONCE}" if at_once else SYSTEM},
                {"role": "user", "content": (PERSONAL if personal else QUESTION).format(street=STREET)},
            ],
            "max_tokens": 100,
            **({"stream": True} if stream else {}),
        }  # fmt: skip
        data = json.dumps(body)
        head = [f"POST {parts.path} HTTP/1.1", f"host: {parts.netloc}", *headers]
        head += ["content-type: application/json", f"content-length: {len(data)}", "", ""]
        self.url, self.stream, self.size = parts, stream, len(data)
        self._before, self._after = ("\r\n".join(head) + data).encode().split(STREET.encode())
        # Not from nought: each run asks what no other did.
        self._numbers = itertools.count(time.time_ns() // 1000 % 10**10)

    def next(self):
        return self._before + street(next(self._numbers)) + self._after

    def right(self, body):
        """Whether this is the whole answer that the supplier gave."""
        try:
            return streamed(body) if self.stream else whole(body)
        except (msgspec.DecodeError, KeyError, IndexError, TypeError):
            return False


def whole(body):
    return READ.decode(body)["choices"][0]["message"]["content"].strip() == SAID.strip()


def streamed(body):
    events = [line[6:] for line in body.split(b"\n") if line.startswith(b"data: ")]
    if events.pop().strip() != b"[DONE]":
        return False
    choices = [c[0]["delta"] for event in events if (c := READ.decode(event).get("choices"))]
    return (
        "".join(delta.get("content") or "" for delta in choices).strip() == (WORD * EVENTS).strip()
    )


class Client(asyncio.Protocol):
    """One connection; `ask` gives (what came of it, ms to the first word, ms to the end)."""

    def __init__(self, question):
        self.question = question
        self.done = None

    def connection_made(self, transport):
        self.transport = transport
        self.parser = httptools.HttpResponseParser(self)

    def data_received(self, data):
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError as error:
            self.fail(error)

    def on_body(self, body):
        self.body.append(body)
        if not self.first and (not self.question.stream or WORD.encode() in body):
            self.first = time.perf_counter()

    def on_message_complete(self):
        now = time.perf_counter()
        if self.done and not self.done.done():
            status = self.parser.get_status_code()
            if status == 200 and not self.question.right(b"".join(self.body)):
                status = "wrong"
            first = (self.first or now) - self.began
            self.done.set_result((status, first * 1e3, (now - self.began) * 1e3))
        self.parser = httptools.HttpResponseParser(self)

    def connection_lost(self, error):
        self.fail(error or ConnectionError("closed"))

    def fail(self, error):
        if self.done and not self.done.done():
            self.done.set_exception(error)

    def ask(self):
        self.done = asyncio.get_running_loop().create_future()
        self.first, self.body = 0.0, []
        self.began = time.perf_counter()
        self.transport.write(self.question.next())
        return self.done


async def connect(question):
    _, client = await asyncio.get_running_loop().create_connection(
        lambda: Client(question), question.url.hostname, question.url.port
    )
    return client


async def closed(question, connections, seconds, calls):
    until, left = time.perf_counter() + seconds, itertools.count(1)
    took = []

    async def one():
        client = await connect(question)
        while time.perf_counter() < until and (not calls or next(left) <= calls):
            try:
                took.append(await client.ask())
            except (OSError, httptools.HttpParserError):
                took.append(("broken", 0.0, 0.0))
                client = await connect(question)

    await asyncio.gather(*(one() for _ in range(connections)))
    return took


async def paced(question, rate, seconds):
    took, tasks = [], set()
    free = [await connect(question) for _ in range(8)]

    async def one(due):
        client = free.pop() if free else await connect(question)
        late = (time.perf_counter() - due) * 1e3
        try:
            came, first, end = await client.ask()
        except (OSError, httptools.HttpParserError):
            took.append(("broken", 0.0, 0.0))
            return
        took.append((came, first + late, end + late))
        free.append(client)

    start = time.perf_counter() + 0.1
    for n in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, start + n / rate - time.perf_counter()))
        task = asyncio.create_task(one(time.perf_counter()))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)
    return took


def quantile(values, q):
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * q))], 4) if ordered else None


def summary(took, wall, size):
    good = [t for t in took if t[0] == 200]
    return {
        "asked": len(took),
        "answered": len(good),
        "per_s": len(good) / wall,
        "first_p50": quantile([t[1] for t in good], 0.5),
        "first_p99": quantile([t[1] for t in good], 0.99),
        "end_p50": quantile([t[2] for t in good], 0.5),
        "end_p99": quantile([t[2] for t in good], 0.99),
        "came": dict(Counter(str(t[0]) for t in took)),
        "body_bytes": size,
    }


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url")
    parser.add_argument("how", choices=["closed", "paced"])
    parser.add_argument("--header", action="append", default=[])
    parser.add_argument("--model", default=MODEL)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--calls", type=int, default=0, help="of `closed`: stop after so many")
    parser.add_argument("--stream", action="store_true")
    parser.add_argument("--at-once", action="store_true", help="all events in one piece")
    parser.add_argument("--personal", action="store_true", help="personal data in the question")
    return parser.parse_args()


def main():
    given = arguments()
    question = Question(
        given.url, given.header, given.model,
        stream=given.stream, at_once=given.at_once, personal=given.personal,
    )  # fmt: skip
    gc.disable()  # So that no pause of ours counts as the gateway's.
    began = time.perf_counter()
    if given.how == "paced":
        took = uvloop.run(paced(question, given.rate, given.seconds))
    else:
        took = uvloop.run(closed(question, given.connections, given.seconds, given.calls))
    print(json.dumps(summary(took, time.perf_counter() - began, question.size)))


if __name__ == "__main__":
    main()
