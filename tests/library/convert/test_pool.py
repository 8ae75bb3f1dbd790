"""The pool outlives its processes; the sandbox holds; random and broken files never get through."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bernard
from bernard.config import Settings
from bernard.confined.kernel_walls import raise_kernel_walls
from bernard.confined.process import environment
from bernard.errors import DocumentTooLarge, DocumentUnreadable, Error
from bernard.library.convert import Converter, convert

make = sys.modules["convert_makers"]
SOURCE = str(Path(bernard.__file__).parent.parent)


@pytest.fixture(scope="module")
def small() -> Iterator[Converter]:
    limits = Settings(max_file_mb=5, max_text_mb=1, convert_timeout_s=10, ocr=False)
    with Converter(limits) as converter:
        yield converter


def test_one_file_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "guide.docx"
    path.write_bytes(make.good_docx())
    assert make.SENTENCE in convert("guide.docx", path).text


def test_a_process_is_used_again_and_replaced_when_it_dies() -> None:
    with Converter(Settings()) as converter:
        converter.convert("a.txt", b"One.")
        first = converter._idle[0]
        converter.convert("b.txt", b"Two.")
        assert converter._idle[0] is first
        os.kill(first._process.pid, 9)
        first._process.wait()
        assert converter.convert("c.txt", b"Three.").text == "Three."
        assert converter._idle[0] is not first


def test_an_owner_of_much_memory_does_not_tire_its_processes() -> None:
    much = bytearray(800_000_000)
    much[::4096] = b"x" * len(much[::4096])
    with Converter(Settings()) as converter:
        converter.convert("a.txt", b"One.")
        first = converter._idle[0]
        converter.convert("b.txt", b"Two.")
        assert converter._idle[0] is first
    assert much


def test_a_process_killed_at_work_costs_its_own_file_only() -> None:
    busy = b"From: a@b\nSubject: s\nDate: d\nContent-Type: text/plain; " + b"a*0=x; " * 50_000

    def kill(converter: Converter) -> None:
        time.sleep(1.0)
        for process in list(converter_processes):
            os.kill(process, 9)

    with Converter(Settings(convert_timeout_s=30)) as converter:
        converter.convert("a.txt", b"One.")
        converter_processes = [converter._idle[0]._process.pid]
        killer = threading.Thread(target=kill, args=(converter,))
        killer.start()
        with pytest.raises(DocumentUnreadable, match=r"busy\.eml. made its reader crash"):
            converter.convert("busy.eml", busy)
        killer.join()
        assert converter.convert("b.txt", b"Two.").text == "Two."


def test_a_file_that_takes_too_long_is_stopped() -> None:
    busy = b"From: a@b\nSubject: s\nDate: d\nContent-Type: text/plain; " + b"a*0=x; " * 50_000
    with Converter(Settings(convert_timeout_s=1)) as converter:
        begun = time.monotonic()
        with pytest.raises(DocumentTooLarge, match="took longer than 1 seconds"):
            converter.convert("busy.eml", busy)
        assert time.monotonic() - begun < 10
        assert converter.convert("b.txt", b"Two.").text == "Two."


def test_many_threads_share_a_few_processes() -> None:
    with Converter(Settings(), workers=2) as converter, ThreadPoolExecutor(8) as threads:
        texts = [f"Text {n}." for n in range(60)]
        jobs = [
            threads.submit(converter.convert, f"{n}.txt", t.encode()) for n, t in enumerate(texts)
        ]
        assert [job.result().text for job in jobs] == texts
        assert len(converter._idle) <= 2


def test_no_process_is_left_behind() -> None:
    converter = Converter(Settings())
    converter.convert("a.txt", b"One.")
    pid = converter._idle[0]._process.pid
    converter.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(Error, match="closed"):
        converter.convert("b.txt", b"Two.")


def test_secrets_of_the_owner_stay_with_the_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BERNARD_DATABASE", "postgresql://secret")
    assert all("secret" not in value for value in environment().values())
    assert "BERNARD_DATABASE" not in environment()


def test_memory_is_bounded() -> None:
    with Converter(Settings(convert_memory_mb=400, max_file_mb=100)) as converter:
        rows = b"<p>" + b"<i>x</i>" * 9_000_000
        with pytest.raises(DocumentUnreadable, match=r"memory|characters"):
            converter.convert("vast.html", rows)
        assert converter.convert("b.txt", b"Two.").text == "Two."


def inside(code: str, tesseract: str = "") -> str:
    """What code prints once the walls stand around it."""
    script = (
        "import ctypes, os, socket, subprocess, sys, _socket\n"
        f"sys.path.insert(0, {SOURCE!r})\n"
        "from bernard.confined.sandbox import lock_down\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "native_socket, native_open = libc.socket, libc.open\n"
        f"lock_down(1024, 60, {tesseract!r})\n"
        f"try:\n    print(repr({code}))\n"
        "except BaseException as error:\n    print('refused', type(error).__name__)\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", script], capture_output=True, text=True, timeout=60
    )
    assert done.stdout, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    "code",
    [
        "socket.socket()",
        "socket.create_connection(('127.0.0.1', 80))",
        "socket.getaddrinfo('example.org', 80)",
        "open('/etc/passwd').read()",
        "open('/proc/self/environ').read()",
        "open('/tmp/bernard-was-here', 'w')",
        "os.listdir('/')",
        "os.open('/etc/passwd', os.O_RDONLY)",
        "os.mkdir('/tmp/bernard-was-here')",
        "os.system('id')",
        "subprocess.run(['/bin/sh', '-c', 'id'])",
        "os.execv('/bin/sh', ['sh'])",
        "os.fork()",
        "os.kill(1, 0)",
        "os.remove('/tmp/nothing')",
        "ctypes.CDLL('libc.so.6')",
        "bytearray(2 << 30)",
    ],
)
def test_a_converter_cannot(code: str) -> None:
    assert inside(code).startswith("refused")


def kernel_walls() -> str:
    """The walls this machine's kernel can raise, tried in a process of its own."""
    code = (
        f"import sys; sys.path.insert(0, {SOURCE!r}); "
        "from bernard.confined.kernel_walls import raise_kernel_walls; "
        "print(raise_kernel_walls((), ''))"
    )
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout


def test_the_kernel_stops_native_code_as_well() -> None:
    walls = kernel_walls()
    if "network" not in walls and "files" not in walls:
        pytest.skip("this kernel has neither seccomp nor Landlock")
    if "network" in walls:
        assert inside("native_socket(2, 1, 0)") == "-1"
    if "files" in walls:
        assert inside("native_open(b'/etc/passwd', 0)") == "-1"
    assert raise_kernel_walls.__doc__


def test_what_a_converter_may_do() -> None:
    assert inside("__import__('encodings.cp1253').__name__") == "'encodings'"


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=st.sampled_from([*make.GOOD, "x.png", "x.jpg", "x.tif", "x"]),
    data=st.binary(max_size=2000),
)
def test_random_bytes_are_read_or_refused(name: str, data: bytes, small: Converter) -> None:
    _read_or_refused(small, name, data)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=st.sampled_from([*make.GOOD]),
    changes=st.lists(
        st.tuples(
            st.floats(0, 1, exclude_max=True),
            st.sampled_from(["set", "cut", "insert", "double", "drop"]),
            st.binary(min_size=1, max_size=8),
        ),
        min_size=1,
        max_size=6,
    ),
)
def test_broken_files_are_read_or_refused(
    name: str, changes: list[tuple[float, str, bytes]], small: Converter
) -> None:
    data = bytearray(FILES[name])
    for where, how, piece in changes:
        at = int(where * len(data))
        if how == "set":
            data[at : at + len(piece)] = piece
        elif how == "cut":
            del data[max(at, 1) :]
        elif how == "insert":
            data[at:at] = piece
        elif how == "double":
            data[at:at] = data[at : at + 200]
        else:
            del data[at : at + len(piece) * 4]
    _read_or_refused(small, name, bytes(data))


FILES = {name: build() for name, build in make.GOOD.items()}


def _read_or_refused(converter: Converter, name: str, data: bytes) -> None:
    try:
        found = converter.convert(name, data)
    except DocumentUnreadable as error:
        assert name in str(error)
    else:
        assert all(found.text[h.start : h.end].strip() for h in found.headings)


def test_limits_can_be_lowered_for_one_file(small: Converter) -> None:
    lower = replace(small.limits, max_text=5)
    with pytest.raises(DocumentTooLarge, match="more than 5 characters"):
        small.convert("x.txt", b"More than five.", lower)
