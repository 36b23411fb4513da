"""The machine that measured, as far as a reader needs it: processor, cores, memory, versions; no names."""

from __future__ import annotations

import os
import platform
import sys
from importlib import metadata
from pathlib import Path

PACKAGES = ("sansheng", "highspy", "pyomo", "numpy", "scipy", "numba", "pymoo")


def machine() -> dict[str, str]:
    """Processor, cores, memory, system and versions by label."""
    found = {
        "processor": _processor(),
        "cores": str(_cores()),
        "memory": _memory(),
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
    }
    return found | {package: _version(package) for package in PACKAGES}


def peak_gb() -> float:
    """The most memory that this process ever held, and the largest that it started, in GB (1e9 bytes); NaN
    where the system does not say."""
    return _own_peak_gb() + _started_peak_gb()


def _own_peak_gb() -> float:
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e9
    return _peak_by_system("RUSAGE_SELF")


def _started_peak_gb() -> float:
    """Of processes that have ended."""
    return _peak_by_system("RUSAGE_CHILDREN")


def _peak_by_system(whose: str) -> float:
    try:
        import resource  # not on every system
    except ImportError:
        return float("nan")
    most = resource.getrusage(getattr(resource, whose)).ru_maxrss
    return most * (1 if sys.platform == "darwin" else 1024) / 1e9


def _processor() -> str:
    table = Path("/proc/cpuinfo")
    if table.exists():
        for line in table.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return " ".join(line.partition(":")[2].split())
    return platform.processor() or "unknown"


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _memory() -> str:
    if not hasattr(os, "sysconf"):
        return "unknown"
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.0f} GB"


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
