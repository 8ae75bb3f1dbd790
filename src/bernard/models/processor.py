"""What this machine's processor offers a model."""

from __future__ import annotations

import os
import platform
from pathlib import Path

_NEEDED = ("avx2", "fma")


def missing_features(cpuinfo: Path = Path("/proc/cpuinfo")) -> tuple[str, ...]:
    """The instructions the chat engine was compiled with and this processor lacks.

    Empty where it cannot be known; the engine then stops by itself, which is reported as such.
    """
    if platform.machine().lower() not in ("x86_64", "amd64") or not cpuinfo.is_file():
        return ()
    for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith("flags"):
            flags = set(line.partition(":")[2].split())
            return tuple(name.upper() for name in _NEEDED if name not in flags)
    return ()


def threads(wanted: int, quota: Path = Path("/sys/fs/cgroup/cpu.max")) -> int:
    """How many threads a model may run on: those wanted, or one for each core we may use."""
    if wanted > 0:
        return wanted
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(cores or 1, _quota(quota) or cores or 1))


def _quota(path: Path) -> int:
    """Whole cores that a container is limited to; 0 means no limit is set."""
    try:
        most, period = path.read_text(encoding="ascii").split()
        return max(1, int(most) // int(period))
    except (OSError, ValueError):
        return 0
