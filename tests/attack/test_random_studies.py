"""Random studies, read, posed and solved, against a plain model that shares no code with the product."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

import planner
from instances.study.findings import StudyError
from planner.plans.outcome import Infeasible
from tests.support.attack.counts import count
from tests.support.attack.plain_model import PlainModel
from tests.support.attack.random_studies import random_study, settings
from tests.support.attack.registry import SEED
from tests.support.attack.told import write

STUDIES = int(os.environ.get("SANSHENG_ATTACK_STUDIES", "100"))
FEW, SIDE_BY_SIDE = 12, 10
"""Studies that are tried each time; and into how many tests the others are cut."""
ROUNDING = 1e-6


def fault(seed: int, folder: Path) -> str | None:
    """What is wrong with the answer to the study of a seed."""
    told = random_study(seed)
    model, (method, gap) = PlainModel(told), settings(seed)
    best = model.best()
    study = write(told, folder / f"study-{seed}")
    try:
        plan = planner.optimise(study, method=method, gap=gap, threads=1, time_limit=60)
    except (
        Infeasible,
        StudyError,
    ):  # limits that contradict each other on their face are a fault of the study
        return None if best is None else f"said to be infeasible, but the optimum is {best}"
    except planner.NoPlan as ended:
        return f"no plan, but the optimum is {best}: {ended}"
    if best is None:
        return f"a plan of {plan.certificate.objective}, though there is none"
    number = np.array([told.names.index(name) for name in plan.instance.classes.names])
    layout = number[plan.layout]
    certificate, counted = plan.certificate, model.objective(layout)
    assert certificate.objective is not None
    assert certificate.bound is not None
    scale = ROUNDING * max(1.0, abs(best))
    faults = model.faults(layout)
    if abs(certificate.objective - counted) > scale:
        faults.append(f"objective {certificate.objective}, counted {counted}")
    if certificate.bound > best + scale:
        faults.append(f"bound {certificate.bound} above the optimum {best}")
    if counted < best - scale:
        faults.append(f"objective {counted} below the optimum {best}")
    most = abs(counted) + sum(abs(weight * measure.value(model.today)) for weight, measure in model.wants)
    if certificate.status == "optimal" and counted - best > gap * most + scale:
        faults.append(f"objective {counted} said to be within {gap} of the optimum {best}")
    return "; ".join(faults) or None


def faults(seeds: range, folder: Path) -> list[str]:
    """What is wrong with the answers to the studies of seeds."""
    found = []
    for seed in seeds:
        each = fault(seed, folder)
        count("random studies", "agree" if each is None else "failed")
        if each is not None:
            found.append(f"study {seed} ({settings(seed)}): {each}")
    return found


@pytest.mark.slow
def test_some_random_studies_agree_with_the_plain_model(tmp_path: Path) -> None:
    """A plan keeps to every rule and limit as the plain model reads them, its objective is the one counted
    there, and its bound does not exceed the optimum; what is said to be infeasible is."""
    assert not faults(range(SEED * 1_000_000, SEED * 1_000_000 + FEW), tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(SIDE_BY_SIDE))
def test_many_random_studies_agree_with_the_plain_model(part: int, tmp_path: Path) -> None:
    """The same of many."""
    start = SEED * 1_000_000 + FEW
    assert not faults(range(start + part, start + STUDIES, SIDE_BY_SIDE), tmp_path)
