from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import pytest

from formulations.core.solution import Step, Watch
from instances.study.findings import StudyError
from planner import load, optimise
from planner.plans.optimise import settings_of
from tests.support.small_study import write_study

ROOT = Path(__file__).resolve().parents[3]

FIVE_LINES = """\
from planner import load, optimise, write
plan = optimise(load("study.toml"))
print(plan.certificate.gap)
print(plan.certificate.indicators["net_emissions"].value)
write(plan, "out")
"""


@pytest.mark.slow
def test_five_lines_of_python_make_a_plan(tmp_path: Path) -> None:
    """What the documentation shows runs as it stands and leaves the run's folder."""
    write_study(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{FIVE_LINES}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    gap, emissions = (float(line) for line in done.stdout.split())
    assert 0 <= gap <= 0.001
    assert 2850 < emissions < 2950
    assert (tmp_path / "out" / "certificate.json").is_file()


@pytest.mark.slow
def test_both_methods_find_the_same_plan(tmp_path: Path) -> None:
    """Exact model and decomposition agree within their gaps, and each other's bounds."""
    loaded = load(write_study(tmp_path))
    plans = [optimise(loaded, method=method, gap=1e-4) for method in ("exact", "decompose")]
    for one in plans:
        for other in plans:
            assert one.certificate.bound is not None
            assert other.certificate.objective is not None
            assert one.certificate.bound <= other.certificate.objective + 1e-6


@pytest.mark.slow
def test_the_objective_is_the_weighted_sum_of_the_indicators(tmp_path: Path) -> None:
    """Objective and indicators of the certificate fit together."""
    certificate = optimise(load(write_study(tmp_path))).certificate
    total = sum(
        weight * certificate.indicators[name].value for name, weight in certificate.objective_weights.items()
    )
    assert certificate.objective is not None
    assert math.isclose(total, certificate.objective, rel_tol=1e-9)


@pytest.mark.slow
def test_progress_is_reported(tmp_path: Path) -> None:
    """Whoever watches hears of steps, the log keeps them."""
    steps: list[Step] = []
    plan = optimise(load(write_study(tmp_path)), watch=Watch(report=steps.append))
    assert steps
    assert any(steps[0].stage in line for line in plan.log)
    assert any("read 192 units" in line for line in plan.log)


def test_settings_given_take_the_place_of_the_study_s_own(tmp_path: Path) -> None:
    """What is not given is as the study says."""
    study = load(write_study(tmp_path, {"solver": {"gap": 0.02, "threads": 1}})).study
    settings = settings_of(study, gap=0.1)
    assert (settings.gap, settings.threads, settings.method) == (0.1, 1, "auto")


def test_settings_out_of_range_are_told_together(tmp_path: Path) -> None:
    """All wrong settings are named at once."""
    study = load(write_study(tmp_path)).study
    with pytest.raises(StudyError) as wrong:
        settings_of(study, gap=0.0, time_limit=0.0, method="magic", threads=0)
    assert [finding.place for finding in wrong.value.findings] == [
        "--gap",
        "--time-limit",
        "--threads",
        "--method",
    ]
