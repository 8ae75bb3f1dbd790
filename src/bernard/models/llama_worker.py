"""The process that runs a chat model: requests in on stdin, pieces of the reply out on stdout.

Started by `llama.py`, never by a person. It is a process of its own because the engine is native
code that reads a large file from elsewhere: if it crashes, only it is lost; and when it is stopped
its memory is free again. Both directions speak JSON, one message a line:

    in   {"do": "chat", "id": 1, "request": {...}}    {"do": "stop", "id": 1}
    out  {"ready": true}    {"id": 1, "chunk": {...}}    {"id": 1, "done": true}
         {"id": 1, "error": {...}}    {"failed": "..."}

A request and its chunks are those of OpenAI's chat completions, passed through.

It ends when stdin does, so it never outlives the process that started it.
"""

from __future__ import annotations

import json
import os
import queue
import secrets
import shutil
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any, NoReturn

import xllamacpp

# A stopped request takes effect between two batches of the prompt: at most some seconds apart.
_BATCH = 128


def main() -> None:
    """Load the model that the first argument describes, then answer until stdin ends."""
    options = json.loads(sys.argv[1])
    worker = _Worker(_take_stdout(), options["folder"])
    threading.Thread(target=worker.listen, daemon=True).start()
    try:
        worker.load(options)
    except Exception as error:  # the engine's exceptions share no base class
        # The engine writes its reasons from a thread of its own, which ends when we do.
        time.sleep(0.3)
        worker.send({"failed": str(error)})
        return
    worker.send({"ready": True})
    worker.run()


def _take_stdout() -> IO[str]:
    """The real stdout for our messages; what the engine prints goes to stderr from now on."""
    ours = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return ours


class _Worker:
    """One model, one request at a time."""

    def __init__(self, out: IO[str], folder: str) -> None:
        self.out = out
        self.folder = folder
        self.requests: queue.Queue[dict[str, Any]] = queue.Queue()
        self.stopped: set[int] = set()
        self.server: Any = None

    def listen(self) -> None:
        # Our own handle: the interpreter cannot end in order while a thread reads its stdin.
        for line in os.fdopen(os.dup(0), encoding="utf-8"):
            message = json.loads(line)
            if message["do"] == "stop":
                self.stopped.add(message["id"])
            else:
                self.requests.put(message)
        self.leave()

    def leave(self) -> NoReturn:
        # Nobody is left to answer. The engine may be in the middle of a long prompt, so leave at
        # once rather than in order, and leave nothing behind.
        shutil.rmtree(self.folder, ignore_errors=True)
        os._exit(0)

    def load(self, options: dict[str, Any]) -> None:
        params = xllamacpp.CommonParams()
        params.model.path = options["model"]
        params.n_ctx = options["context"]
        params.n_batch = params.n_ubatch = _BATCH
        for cpu in (params.cpuparams, params.cpuparams_batch):
            cpu.n_threads = options["threads"]
        params.n_parallel = 1
        # The last prompt is kept in the model's own context; a second store would cost gigabytes.
        params.cache_ram_mib = 0
        params.fit_params = params.warmup = params.ui = params.endpoint_slots = False
        params.offline = True
        params.verbosity = 1
        # The engine insists on a listener. Ours is a socket in a private folder, and locked.
        params.api_keys = [secrets.token_hex(32)]
        if os.name == "posix":
            params.hostnames = [str(Path(self.folder) / "engine.sock")]
        self.server = xllamacpp.Server(params)

    def run(self) -> None:
        while True:
            message = self.requests.get()
            if message["id"] not in self.stopped:
                self.answer(message["id"], message["request"])

    def answer(self, id: int, request: dict[str, Any]) -> None:
        reply = _Reply(self, id)
        try:
            self.server.handle_chat_completions(request, reply.take)
        except Exception as error:  # as above
            self.send({"id": id, "error": {"message": str(error)}})
            return
        if not reply.failed:
            self.send({"id": id, "done": True})

    def send(self, message: dict[str, Any]) -> None:
        try:
            self.out.write(json.dumps(message) + "\n")
            self.out.flush()
        except OSError:
            # Whoever started this has gone; `listen` may not have seen it yet.
            self.leave()


class _Reply:
    """Takes the engine's chunks and sends them on."""

    def __init__(self, worker: _Worker, id: int) -> None:
        self.worker = worker
        self.id = id
        self.failed = False

    def take(self, chunk: dict[str, Any]) -> bool:
        """Send on a chunk; True asks the engine to stop."""
        if "error" in chunk:
            self.failed = True
            self.worker.send({"id": self.id, "error": chunk["error"]})
            return True
        self.worker.send({"id": self.id, "chunk": chunk})
        return self.id in self.worker.stopped


if __name__ == "__main__":
    main()
