from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import planner
from planner import Plan, StudyError
from planner.plans.outcome import Unserved
from planner.recount.beside.models import check_models
from planner.recount.beside.services import CountedServices
from planner.recount.ledger import Ledger
from planner.runs.found import read_certificate
from tests.support.services_study import LINES, write_services_study


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Path]:
    """A plan of the small study with its services, written."""
    folder = tmp_path_factory.mktemp("services")
    plan = planner.optimise(planner.load(write_services_study(folder)))
    return plan, planner.write(plan, folder / "out")


@pytest.mark.slow
def test_a_run_with_services_is_certified_written_verified_and_opened_again(
    made: tuple[Plan, Path],
) -> None:
    """One objective and one bound for land and services; every row counted again holds; the plan comes back
    with its ways, and the report has a chapter on them."""
    plan, out = made
    certificate = plan.certificate
    assert certificate.side is not None
    assert certificate.objective is not None
    assert certificate.bound is not None
    side = certificate.side["centres"]
    land = plan.problem.objective.evaluate(plan.layout)
    assert certificate.objective == pytest.approx(land + side.objective)
    assert certificate.bound <= certificate.objective
    assert certificate.status == "optimal"
    assert side.low <= side.objective <= side.high
    verified = planner.verify(out)
    assert verified.holds, verified.differences
    again = planner.reopen(out)
    assert (again.models["centres"].open == plan.models["centres"].open).all()
    assert again.models["centres"].persons == pytest.approx(plan.models["centres"].persons, rel=1e-12)
    page = (out / "report.html").read_text(encoding="utf-8")
    assert 'id="services"' in page
    assert certificate.indicators["models.centres"].baseline == pytest.approx(
        CountedServices(plan.instance.models["centres"], plan.instance, plan.instance.today).without()
    )


@pytest.mark.slow
def test_new_services_stand_on_land_that_the_plan_gives_them(tmp_path: Path) -> None:
    """The clinic comes to a cell that was cropland and is homes in the plan, the school stays where it is;
    verify looks on the map, and names the site where the map has another class."""
    path = write_services_study(tmp_path, site_classes=["urban_residential"])
    plan = planner.optimise(planner.load(path))
    out = planner.write(plan, tmp_path / "out")
    services, found = plan.instance.models["centres"], plan.models["centres"]
    new = np.flatnonzero((found.open & ~services.stands).ravel())
    (claim,) = services.claims
    asked = claim.unit[np.isin(claim.site, new)]
    assert len(new) == 1
    assert claim.classes[plan.layout[asked]].all()
    assert not claim.classes[plan.instance.today[asked]].any()
    verified = planner.verify(out)
    assert verified.holds, verified.differences
    assert "Every new service stands on land" in (out / "report.html").read_text(encoding="utf-8")
    layout, ledger = plan.layout.copy(), Ledger()
    layout[asked[0]] = plan.instance.classes.names.index("cropland")
    check_models(out, read_certificate(out), plan.instance, layout, ledger)
    assert any("clinic, site_classes" in one.figure for one in ledger.differences)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("column", "change", "told"),
    [
        ("persons", lambda value: value * 30.0, "ways.csv"),
        ("persons", lambda value: value - 5.0, "ways.csv"),
        ("km", lambda value: value * 1.1, "km"),
        ("tco2e_yr", lambda value: value * 1.01, "ways.csv"),
        ("site", lambda value: "北", "ways.csv, 北, school"),
        ("site", lambda value: "", "km"),
        ("site", lambda value: "西", "centres.gpkg"),
    ],
)
def test_whatever_breaks_a_row_is_found(
    made: tuple[Plan, Path], tmp_path: Path, column: str, change: object, told: str
) -> None:
    """Persons who are not there, a distance, a wrong emission, a site that is not open or not known: each
    named with its place."""
    plan, out = made
    copy, ledger = tmp_path / "copy", Ledger()
    shutil.copytree(out, copy)
    table = pd.read_csv(copy / "ways.csv", encoding="utf-8-sig")
    table.loc[0, column] = change(table.loc[0, column])  # type: ignore[operator]
    table.to_csv(copy / "ways.csv", index=False, encoding="utf-8-sig")
    check_models(copy, read_certificate(copy), plan.instance, plan.layout, ledger)
    assert any(told in f"{one.figure} {one.said} {one.found}" for one in ledger.differences), (
        ledger.differences
    )


@pytest.mark.slow
def test_sites_may_be_the_middles_of_units_and_land_may_come_first(
    tmp_path: Path, made: tuple[Plan, Path]
) -> None:
    """Without a file of sites every unit may have one; `link = false` has an honest bound; in Chinese, and
    with a label, the report names the model."""
    plan, _ = made
    path = write_services_study(tmp_path, LINES[:1], link=False, label="生活服务")
    text = path.read_text(encoding="utf-8").replace('[models.centres.sites]\npath = "sites.gpkg"\n', "")
    kept = [line for line in text.splitlines() if not line.startswith(("site_",))]
    path.write_text('lang = "zh"\n' + "\n".join(kept), encoding="utf-8")
    apart = planner.optimise(planner.load(path))
    assert apart.certificate.side is not None
    assert not apart.certificate.side["centres"].linked
    assert apart.certificate.bound is not None
    assert apart.certificate.objective is not None
    assert apart.certificate.bound <= apart.certificate.objective
    out = planner.write(apart, tmp_path / "out")
    assert planner.verify(out).holds
    assert "生活服务" in (out / "report.html").read_text(encoding="utf-8")
    assert len(apart.instance.models["centres"].sites) == 12
    assert plan.certificate.objective is not None


def test_services_that_leave_no_choice_end_in_what_would_have_to_go(tmp_path: Path) -> None:
    """Three schools 5 km apart on 1.6 km: the scenario has no plan, and the demands are named."""
    path = write_services_study(tmp_path, ("school,0.5,9000,3,3,5,,,,5000,", LINES[1]))
    with pytest.raises(Unserved, match=r"school \(distance between sites\)") as none:
        planner.optimise(planner.load(path))
    assert {key for _, key in none.value.causes} == {"least", "apart_m"}


def test_every_fault_of_the_tables_is_told_at_once(tmp_path: Path) -> None:
    """Figures below 0, shares above 100, a share without a radius, half a site, and keys of another kind."""
    lines = (
        "school,-1,100,,,,,,,,", "school,1,0,,,,,,,,", "clinic,1,10,1.5,,,,,,,", "shop,1,10,,,,120,,,,",
        "stop,1,10,,,,,,,,20", "park,1,10,3,2,,,,,,",
    )  # fmt: skip
    path = write_services_study(tmp_path, lines, people="folk", villages="units")
    with pytest.raises(StudyError) as wrong:
        _ = planner.load(path).instance
    assert "models.centres.villages" in str(wrong.value)
    path = write_services_study(tmp_path, lines, people="folk")
    with pytest.raises(StudyError) as wrong:
        _ = planner.load(path).instance
    told = str(wrong.value)
    for part in (
        "folk",
        "trips",
        "capacity",
        "whole number",
        "100 %",
        "how near",
        "than a site serves",
        "than it allows",
    ):
        assert part in told, part


def test_without_services_near_all_go_to_what_stands(tmp_path: Path) -> None:
    """Today: everybody to the school in the east or elsewhere, by hand."""
    instance = planner.load(write_services_study(tmp_path)).instance
    services = instance.models["centres"]
    count = CountedServices(services, instance, instance.today)
    assert services.stands.tolist() == [[False, False, True, False], [False] * 4]
    school = 730 * 0.5 * 0.00006 * 1.3 * float(services.km[:, 2] @ count.people)
    clinic = 730 * 0.05 * 0.00006 * 10.0 * float(count.people.sum())
    assert count.without() == pytest.approx(school + clinic)
    assert np.isclose(count.people.sum(), 1320.0)
