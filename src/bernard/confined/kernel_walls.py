"""The Linux kernel's own walls: no sockets (seccomp) and no files outside a few folders (Landlock).

These hold for native code too, so that a flaw in a PDF or image library does not open the network
or the disk. A system without them goes on with the other layers.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys

_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_X32 = 0x40000000

_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_FOLDER = 1, 2, 4, 8
_ALL_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_SYSTEM_FOLDERS = ("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/share", "/etc/fonts")
_SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/localtime")

# Per architecture: its audit number, then socket, connect, bind, listen, accept, accept4, sendto,
# sendmsg, sendmmsg, socketpair, ptrace, process_vm_readv, process_vm_writev, mount, unshare, setns,
# kill, tkill, tgkill, bpf, perf_event_open, userfaultfd, keyctl, add_key, request_key, io_uring x3,
# pidfd_getfd, pidfd_send_signal, init_module, finit_module, kexec_load, reboot, swapon.
_X86_64 = (
    0xC000003E, 41, 42, 49, 50, 43, 288, 44, 46, 307, 53, 101, 310, 311, 165, 272, 308,
    62, 200, 234, 321, 298, 323, 250, 248, 249, 425, 426, 427, 438, 424, 175, 313, 246, 169, 167,
)  # fmt: skip
_AARCH64 = (
    0xC00000B7, 198, 203, 200, 201, 202, 242, 206, 211, 269, 199, 117, 270, 271, 40, 97, 268,
    129, 130, 131, 280, 241, 282, 219, 217, 218, 425, 426, 427, 438, 424, 105, 273, 104, 142, 224,
)  # fmt: skip
_MACHINES = {"x86_64": _X86_64, "aarch64": _AARCH64}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def raise_kernel_walls(folders: tuple[str, ...], program: str) -> tuple[str, ...]:
    """The walls that this kernel could raise: `files`, `network`, both or none.

    Args:
        folders: where reading stays allowed.
        program: the one program that may still be started, empty for none.
    """
    if sys.platform != "linux" or sys.maxsize < 1 << 32:
        return ()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return ()
    raised = []
    if _wall_off_files(libc, folders, program):
        raised.append("files")
    if _wall_off_network(libc):
        raised.append("network")
    return tuple(raised)


def _wall_off_files(libc: ctypes.CDLL, folders: tuple[str, ...], program: str) -> bool:
    """Landlock: everything that touches the file system is refused unless it is listed here."""
    version = libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return False
    rights = (1 << _ALL_FILE_RIGHTS.get(version, 16)) - 1
    network = 3 if version >= 4 else 0
    attribute = struct.pack("=QQ", rights, network)
    size = 16 if version >= 4 else 8
    ruleset = libc.syscall(_LANDLOCK_CREATE, attribute, ctypes.c_size_t(size), 0)
    if ruleset < 0:
        return False
    try:
        reading = _READ_FILE | _READ_FOLDER
        for path in (*folders, *_SYSTEM_FOLDERS):
            _allow(libc, ruleset, path, reading | (_EXECUTE if program else 0))
        for path in _SYSTEM_FILES:
            _allow(libc, ruleset, path, _READ_FILE)
        _allow(libc, ruleset, "/dev/null", _READ_FILE | _WRITE_FILE)
        if program:
            _allow_program(libc, ruleset, os.path.realpath(program))
        return bool(libc.syscall(_LANDLOCK_RESTRICT, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _allow_program(libc: ctypes.CDLL, ruleset: int, program: str) -> None:
    """The program, and its libraries and data, which lie beside the folder it is in."""
    _allow(libc, ruleset, program, _EXECUTE | _READ_FILE)
    prefix = os.path.dirname(os.path.dirname(program))
    for folder in ("lib", "lib64", "share"):
        path = os.path.join(prefix, folder)
        _allow(libc, ruleset, path, _EXECUTE | _READ_FILE | _READ_FOLDER)
    if data := os.environ.get("TESSDATA_PREFIX"):
        _allow(libc, ruleset, data, _READ_FILE | _READ_FOLDER)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.EACCES):
            return
        raise
    try:
        if not os.path.isdir(path):
            rights &= ~_READ_FOLDER
        rule = struct.pack("=Qi", rights, handle)
        libc.syscall(_LANDLOCK_ADD, ruleset, 1, rule, 0)
    finally:
        os.close(handle)


def _wall_off_network(libc: ctypes.CDLL) -> bool:
    """Seccomp: the listed calls fail with `permission denied`, in this process and its children."""
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        return False
    architecture, *calls = machine
    code = _filter(architecture, calls)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    done: int = libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0)
    return bool(done == 0)


def _filter(architecture: int, calls: list[int]) -> bytes:
    """A small program for the kernel: another architecture dies, a listed call is refused."""
    refused = len(calls) + 1
    steps = [
        (_LOAD, 0, 0, 4),
        (_JUMP_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),
        (_JUMP_AT_LEAST, refused, 0, _X32),
    ]
    steps += [(_JUMP_EQUAL, len(calls) - i, 0, call) for i, call in enumerate(calls)]
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _ERRNO | errno.EPERM)]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
