"""How many solves fit on this machine at a time."""

from __future__ import annotations

from pathlib import Path

from words.said import say

_GIB = 2.0**30
SOLVE_BYTES, UNIT_BYTES, HELD_BYTES = 0.45e9, 1_300.0, 300.0
"""Memory of a solve: what the program itself takes, each unit of the study, and each of a further scenario
that a worker holds without solving it."""
CGROUPS = (
    (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")),
    (
        Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
        Path("/sys/fs/cgroup/memory/memory.usage_in_bytes"),
    ),
)
"""Where a container's limit and use of memory stand, in either version of control groups."""


def memory_bytes() -> float:
    """Memory that this machine (or the container's share of it) has free."""
    import psutil  # noqa: PLC0415 - only where several solve

    return min(float(psutil.virtual_memory().available), _container_bytes())


def _container_bytes() -> float:
    """Memory that the container has left; infinite where there is none, or no limit."""
    for limit, used in CGROUPS:
        try:
            return float(limit.read_text()) - float(used.read_text())
        except (OSError, ValueError):  # not there, or "max"
            continue
    return float("inf")


def solve_bytes(units: int, scenarios: int = 1) -> float:
    """Memory that one solve of so many units takes at the most, as measured; every worker holds all
    scenarios."""
    return SOLVE_BYTES + (UNIT_BYTES + HELD_BYTES * (scenarios - 1)) * units


def fitting_workers(units: int, asked: int | None, most: int, scenarios: int = 1) -> tuple[int, str]:
    """How many workers there will be on this machine, and why fewer than asked for (else empty).

    At most ``most`` solves wait at a time; each worker needs memory for one.
    """
    from dask.system import CPU_COUNT  # noqa: PLC0415 - only where several solve

    room = max(1, int(0.8 * memory_bytes() / solve_bytes(units, scenarios)))
    wanted = min(most, CPU_COUNT) if asked is None else asked
    if wanted <= room:
        return wanted, ""
    need = solve_bytes(units, scenarios) / _GIB
    return room, say("sweeps.fewer_fit", wanted=wanted, gigabytes=wanted * need, room=room)
