"""Walls around a converter process: it reads one pipe, writes another, and can do little else.

Three layers, each used where the system has it: limits on resources (everywhere), the kernel's own
walls (Linux, see `kernel_walls`), and a hook inside Python that refuses what no reader needs.
`docs/decisions/0005-reading-documents.md` says what each stops and what it does not.
"""

from __future__ import annotations

import os
import resource
import sys
import sysconfig
from collections.abc import Callable
from typing import Any

from bernard.confined.kernel_walls import raise_kernel_walls

MEGABYTE = 1 << 20
OPEN_FILES = 64

_REFUSED = (
    "socket.", "os.exec", "os.system", "os.posix_spawn", "os.spawn", "os.startfile", "os.fork",
    "os.kill", "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink",
    "os.chmod", "os.chown", "os.truncate", "os.putenv", "os.unsetenv", "os.setxattr",
    "os.walk", "os.chdir", "shutil.", "tempfile.", "ctypes.dlopen",
    "ctypes.dlsym", "ctypes.cdata", "ctypes.string_at", "ftplib.", "http.client.", "imaplib.",
    "poplib.", "smtplib.", "telnetlib.", "urllib.Request", "webbrowser.", "sqlite3.", "pty.",
    "syslog.", "fcntl.", "mmap.", "pickle.", "code.__new__", "sys.settrace",
    "sys.setprofile", "sys.addaudithook", "pdb.", "winreg.", "msvcrt.", "glob.",
)  # fmt: skip


def lock_down(memory_mb: int, cpu_s: int, tesseract: str) -> None:
    """Put the walls up; they never come down again in this process or what it starts."""
    limit_resources(memory_mb, cpu_s)
    raise_kernel_walls(readable_folders(), tesseract)
    sys.addaudithook(_hook(readable_folders(), tesseract))


def limit_resources(memory_mb: int, cpu_s: int) -> None:
    """Bound memory, processor time and open files; forbid writing files and leaving core dumps."""
    wanted = {
        "RLIMIT_AS": memory_mb * MEGABYTE,
        "RLIMIT_CPU": cpu_s,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": OPEN_FILES,
    }
    for name, most in wanted.items():
        which = getattr(resource, name, None)
        if which is None:
            continue
        try:
            hard = resource.getrlimit(which)[1]
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(which, (most, most))
        except (OSError, ValueError):
            # macOS refuses a bound on address space; the owner's clock still ends the process.
            continue


def readable_folders() -> tuple[str, ...]:
    """Where Python's own code lies, which imports and encodings may still be read from."""
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    found = {sysconfig.get_path(name) for name in names}
    found |= {path for path in sys.path if path and os.path.isdir(path)}
    return tuple(sorted({os.path.realpath(path) + os.sep for path in found}))


def _hook(folders: tuple[str, ...], tesseract: str) -> Callable[[str, tuple[Any, ...]], None]:
    """A hook that Python calls before what may be dangerous; raising refuses it."""

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            _check_open(arguments, folders)
        elif event in ("os.listdir", "os.scandir"):
            _check_inside(arguments[0], folders)
        elif event == "subprocess.Popen":
            if not tesseract or arguments[0] != tesseract:
                raise PermissionError("a converter may not start programs")
        elif event.startswith(_REFUSED):
            raise PermissionError(f"a converter may not do this: {event}")

    return refuse


def _check_open(arguments: tuple[Any, ...], folders: tuple[str, ...]) -> None:
    path, _, flags = arguments
    if isinstance(path, int):
        return
    written = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    if flags & written:
        raise PermissionError("a converter may not write files")
    _check_inside(path, folders)


def _check_inside(path: Any, folders: tuple[str, ...]) -> None:
    name = os.path.realpath(os.fsdecode(path)) if isinstance(path, str | bytes) else ""
    if not (name + os.sep).startswith(folders):
        raise PermissionError("a converter may not open files")
