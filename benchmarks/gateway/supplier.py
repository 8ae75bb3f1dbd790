"""A supplier that answers at once: the fastest server that Python can be, so that gateways are measured.

    python benchmarks/gateway/supplier.py PORT

`POST` anything gives a chat completion; with `"stream":true` in the body, 50 events, 10 ms apart, or all
at once where the body has the words of AT_ONCE in it.
"""

import asyncio
import json
import sys

import httptools
import uvloop

EVENTS = 50
GAP_S = 0.01
AT_ONCE = "Answer all at once."
MODEL = "gpt-4o-mini"
SAID = "The office opens at nine. " * 8
WORD = "word "


def reply():
    """A whole answer, as OpenAI's servers send it."""
    body = json.dumps(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1760000000,
            "model": MODEL,
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": SAID},
                    "logprobs": None,
                    "finish_reason": "stop",
                }
            ],
            "usage": {"prompt_tokens": 80, "completion_tokens": 50, "total_tokens": 130},
        }
    ).encode()
    head = (
        f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def event(delta, finish=None):
    """One event of a stream, as a chunk of HTTP."""
    data = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1760000000,
        "model": MODEL,
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }
    text = b"data: " + json.dumps(data).encode() + b"\n\n"
    return b"%x\r\n%s\r\n" % (len(text), text)


REPLY = reply()
STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
)
PIECE = event({"content": WORD})
END = event({}, "stop") + b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n"
STREAMED = (b'"stream":true', b'"stream": true')


class Supplier(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport):
        self.transport = transport
        self.parser = httptools.HttpRequestParser(self)
        self.body = b""

    def data_received(self, data):
        self.parser.feed_data(data)

    def on_body(self, body):
        self.body += body

    def on_message_complete(self):
        body, self.body = self.body, b""
        if not any(mark in body for mark in STREAMED):
            self.transport.write(REPLY)
        elif AT_ONCE.encode() in body:
            self.transport.write(STREAM_HEAD + PIECE * EVENTS + END)
        else:
            self.transport.write(STREAM_HEAD + PIECE)
            self.more(EVENTS - 1)

    def more(self, left):
        if self.transport.is_closing():
            return
        if left:
            asyncio.get_running_loop().call_later(GAP_S, self.next, left)
        else:
            self.transport.write(END)

    def next(self, left):
        self.transport.write(PIECE)
        self.more(left - 1)


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Supplier, "127.0.0.1", int(sys.argv[1]), backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
