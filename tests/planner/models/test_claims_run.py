from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest

import planner
from planner import Plan
from planner.recount.beside.models import check_models
from planner.recount.ledger import Ledger
from planner.runs.found import read_certificate
from tests.support.cycle_study import write_claiming_study


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Path]:
    """A plan of the small study whose plants ask waste land and keep away from homes of the plan."""
    folder = tmp_path_factory.mktemp("claims")
    path = write_claiming_study(folder, buffer_homes="plan", buffer_homes_m=150)
    plan = planner.optimise(planner.load(path))
    return plan, planner.write(plan, folder / "out")


@pytest.mark.slow
def test_plants_stand_on_land_that_the_plan_gives_them_and_away_from_its_homes(
    made: tuple[Plan, Path],
) -> None:
    """Two plants; every cell of their sites is waste land in the plan, which was cropland, and no home lies
    within 150 m; verify counts it again, and the bound's proof holds."""
    plan, out = made
    cycle, planned = plan.instance.models["cycle"], plan.models["cycle"]
    standing = np.flatnonzero(planned.kind >= 0)
    assert len(standing) == 2
    for claim in cycle.claims:
        asked = claim.unit[np.isin(claim.site, standing)]
        assert claim.classes[plan.layout[asked]].all()
    ground = cycle.claims[0]
    assert not ground.classes[plan.instance.today[ground.unit[np.isin(ground.site, standing)]]].any()
    verified = planner.verify(out)
    assert verified.holds, verified.differences
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "Every plant stands on land that the plan gives it: Bare and unused land." in page
    assert "No home that the plan keeps or builds lies within" in page


@pytest.mark.slow
def test_a_plant_on_land_of_another_class_is_found(made: tuple[Plan, Path]) -> None:
    """The same plants beside a map on which one cell of a site is cropland: the site is named, with the
    hectares that it lacks."""
    plan, out = made
    layout, ground = copy.copy(plan.layout), plan.instance.models["cycle"].claims[0]
    site = int(np.flatnonzero(plan.models["cycle"].kind >= 0)[0])
    layout[ground.unit[ground.site == site][0]] = plan.instance.classes.names.index("cropland")
    ledger = Ledger()
    check_models(out, read_certificate(out), plan.instance, layout, ledger)
    found = [one for one in ledger.differences if "site_classes" in one.figure]
    assert len(found) == 1
    assert "1" in str(found[0].found)
