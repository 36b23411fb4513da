from __future__ import annotations

from pathlib import Path

import pytest

from planner.sweeps.capacity import fitting_workers, memory_bytes, solve_bytes


def test_workers_fit_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the memory holds two solves there are two workers, whatever was asked for; one always is."""
    monkeypatch.setattr("planner.sweeps.capacity.memory_bytes", lambda: 2.9 * solve_bytes(1_000_000))
    count, why = fitting_workers(1_000_000, 8, 20)
    assert (count, "2 fit" in why) == (2, True)
    assert fitting_workers(1_000_000, 2, 20) == (2, "")
    assert fitting_workers(1_000_000, None, 1) == (1, "")
    assert fitting_workers(100_000_000, 3, 20)[0] == 1


def test_a_container_has_less_than_its_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a container may still take counts where it is less than the machine has free."""
    limit, used = tmp_path / "memory.max", tmp_path / "memory.current"
    limit.write_text("5000000\n")
    used.write_text("2000000\n")
    monkeypatch.setattr("planner.sweeps.capacity.CGROUPS", ((tmp_path / "none", used), (limit, used)))
    assert memory_bytes() == 3e6
    limit.write_text("max\n")
    assert memory_bytes() > 3e6
