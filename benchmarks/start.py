"""Seconds from `bernard serve` to its first page: `python benchmarks/start.py [--runs 5]`."""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=5)
    with tempfile.TemporaryDirectory() as home:
        once(home)  # makes the database
        seconds = [once(home) for _ in range(options.parse_args().runs)]
    print(
        f"median {statistics.median(seconds):.2f} s, from {min(seconds):.2f} to {max(seconds):.2f}"
    )


def once(home):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "bernard", "serve", "--port", str(port)],
        env={**os.environ, "BERNARD_HOME": home},
        stderr=subprocess.DEVNULL,
    )
    try:
        while not answers(f"http://127.0.0.1:{port}/"):
            time.sleep(0.02)
        return time.perf_counter() - started
    finally:
        server.terminate()
        server.wait()


def answers(address):
    try:
        urllib.request.urlopen(address)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
