"""A study in which the functional mesh of the network has a weight: planned, certified, verified, told."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import planner
from formulations.network.functional_mesh import NAME
from formulations.posing import pose
from instances.study.findings import StudyError
from planner.export.networks import network_layers
from planner.plans.networked import networked
from planner.plans.outcome import OutOfReach
from planner.plans.plan import Plan
from planner.runs.verify import verify
from tests.support.hand_instance import hand_instance
from tests.support.small_study import write_study

WEIGHT = 3.0
OBJECTIVE = {"minimise": {"net_emissions": 0.001}, "maximise": {NAME: WEIGHT}}
LIMITS = [{"indicator": "area.cropland", "at_least": "80%"}, {"indicator": "changed_area", "at_most": 15}]


def connected(folder: Path, **changed: Any) -> Path:
    """The small study with a weight on the network, 500 m."""
    tables = {"objective": OBJECTIVE, "limits": LIMITS, "network": {"distance_m": 500}}
    return write_study(folder, {**tables, **changed})


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Path]:
    """The plan of the study and its folder."""
    home = tmp_path_factory.mktemp("connected")
    return planner.run(connected(home / "study"), out=home / "out").plan, home / "out"


def test_the_certificate_counts_the_mesh(finished: tuple[Plan, Path]) -> None:
    """Objective, bound and indicators hold the functional mesh, and the network has a record of its own."""
    plan, _ = finished
    certificate = plan.certificate
    network, mesh = certificate.network, certificate.indicators[NAME]
    assert network is not None
    assert (mesh.value, mesh.baseline, mesh.unit) == (network.plan_ha, network.today_ha, "ha")
    assert network.today_ha < network.plan_ha <= network.ceiling_ha
    assert (network.neighbours, network.distance_m) == (4, 500.0)
    assert network.eca_plan_ha**2 / certificate.area_ha == pytest.approx(network.plan_ha)
    assert network.plan_ha >= 0.99 * max(network.rounds)
    assert certificate.objective_weights[NAME] == -WEIGHT
    emissions = certificate.indicators["net_emissions"].value
    assert certificate.objective == pytest.approx(0.001 * emissions - WEIGHT * network.plan_ha)
    assert certificate.bound is not None
    assert certificate.bound <= certificate.objective


@pytest.mark.slow
def test_the_network_is_better_than_with_shared_edges(finished: tuple[Plan, Path], tmp_path: Path) -> None:
    """A plan that rewards shared edges connects less, by the measure as it is published."""
    plan, out = finished
    edges = {"minimise": {"net_emissions": 0.001}, "maximise": {"blue_green_compactness": 50.0}}
    other = planner.run(connected(tmp_path / "study", objective=edges), out=tmp_path / "out")
    assert other.plan.certificate.network is None
    measured = [planner.network(one, distances_km=[0.5]).measured for one in (out, tmp_path / "out")]
    today, here = (each.reaches[0].eca_ha for each in measured[0])
    shared = measured[1][1].reaches[0].eca_ha
    assert plan.certificate.network is not None
    assert here == pytest.approx(plan.certificate.network.eca_plan_ha)
    assert here > shared > today


SOURCES = {"source_ha": 4, "source_classes": ["forest"], "source_where": "slope >= 0"}


def test_sources_are_planned_verified_and_told(tmp_path: Path) -> None:
    """A study names its sources: mesh and ceiling are counted with them, verify finds them anew, and the
    report says which patches they are."""
    asked = {"distance_m": 500, **SOURCES}
    plan = planner.run(connected(tmp_path / "study", network=asked), out=tmp_path / "out").plan
    assert plan.certificate.network is not None
    assert verify(tmp_path / "out").differences == ()
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Set out from and arrived at are" in page
    assert "they lie where slope &gt;= 0" in page
    study = tmp_path / "out" / "study.toml"
    text = study.read_text(encoding="utf-8")
    study.write_text(text.replace("source_ha = 4", "source_ha = 0"), encoding="utf-8")
    places = [each.figure for each in verify(tmp_path / "out").differences]
    assert "study.toml.network" in places


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            {"source_classes": ["cropland"]},
            "network.source_classes: names cropland, which are not blue-green",
        ),
        (
            {"source_classes": ["urban"]},
            "network.source_classes: names urban, of which the study has no land",
        ),
        ({"source_classes": ["meadow"]}, "network.source_classes"),
        ({"source_where": "slope > 1e6"}, "network.source_where: slope > 1e6 holds nowhere"),
        ({"source_where": "height > 3"}, "network.source_where"),
    ],
)
def test_sources_that_are_none(asked: dict[str, Any], told: str, tmp_path: Path) -> None:
    """Classes that are not blue-green or unknown, conditions that hold nowhere or name no layer: each is told
    where it stands."""
    with pytest.raises(StudyError, match=re.escape(told)):
        planner.run(connected(tmp_path / "study", network=asked), out=tmp_path / "out")


def test_verify_counts_the_network_again(finished: tuple[Plan, Path]) -> None:
    """The folder holds: mesh, ECA and ceiling are found anew."""
    found = verify(finished[1])
    assert found.differences == ()
    assert "verify.network" in [each.key for each in found.checked]


@pytest.mark.parametrize(
    ("changed", "figure"),
    [
        (lambda tree: tree["network"].update(plan_ha=tree["network"]["plan_ha"] * 1.01), "network, plan_ha"),
        (lambda tree: tree["network"].update(ceiling_ha=1e9), "network, ceiling_ha"),
        (lambda tree: tree["network"].update(most_ha=1.0), "network, most_ha"),
        (lambda tree: tree["network"].update(neighbours=8), "network, neighbours"),
        (lambda tree: tree.update(network=None), "network"),
        (lambda tree: tree["indicators"][NAME].update(value=0.0), f"indicators.{NAME}.value"),
    ],
)
def test_verify_sees_a_better_network_than_there_is(
    finished: tuple[Plan, Path],
    tmp_path: Path,
    changed: Callable[[dict[str, Any]], object],
    figure: str,
) -> None:
    """Whatever figure of the network is changed, it is named."""
    home = Path(shutil.copytree(finished[1].parent, tmp_path / "home"))
    path = home / "out" / "certificate.json"
    tree = json.loads(path.read_text(encoding="utf-8"))
    changed(tree)
    path.write_text(json.dumps(tree), encoding="utf-8")
    assert figure in [each.figure for each in verify(home / "out").differences]


@pytest.mark.parametrize(
    ("change", "figure"),
    [
        ("table", "network.csv, plan, 4, 500.0, eca_ha"),
        ("layer", "network.gpkg, corridors, gain_ha"),
        ("rows", "network.gpkg, sources"),
    ],
)
def test_verify_finds_the_network_again(
    finished: tuple[Plan, Path], tmp_path: Path, change: str, figure: str
) -> None:
    """A measure, what a corridor gains, or a patch that was changed in the files is named."""
    home = Path(shutil.copytree(finished[1].parent, tmp_path / "home"))
    if change == "table":
        path = home / "out" / "network.csv"
        table = pd.read_csv(path, encoding="utf-8-sig")
        mine = (table.layout == "plan") & (table.measure == "eca_ha") & (table.neighbours == 4)
        table.loc[mine & (table.distance_m == 500), "value"] *= 1.1
        table.to_csv(path, index=False, encoding="utf-8-sig")
    else:
        alter = {"layer": "UPDATE corridors SET gain_ha = 99.0", "rows": "DELETE FROM sources WHERE rank = 1"}
        with closing(sqlite3.connect(home / "out" / "network.gpkg")) as database, database:
            for (name,) in database.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            ).fetchall():
                database.execute(f'DROP TRIGGER "{name}"')
            database.execute(alter[change])
    assert figure in [each.figure for each in verify(home / "out").differences]


def test_a_corridor_is_told_with_its_width_and_the_width_asked(finished: tuple[Plan, Path]) -> None:
    """Both layers of corridors have the width that the study asks beside that which is there, none where it
    asks for none."""
    plan = finished[0]
    asked = plan.instance.study.network.model_copy(update={"corridor_width_m": 150.0})
    study = plan.instance.study.model_copy(update={"network": asked})
    wide = replace(plan.instance, study=study)
    for instance, told in ((plan.instance, [True, False]), (wide, [False, True])):
        found = networked(instance, plan.layout)
        layers = {layer.name: layer.table for layer in network_layers(found, instance, "en")}
        assert len(layers["corridors"])
        for name in ("corridors", "narrowest"):
            assert (layers[name].width_m >= 100.0).all()
            width = layers[name].asked_m
            assert [width.isna().all(), (width == 150.0).all()] == told


def test_the_report_shows_corridors_and_both_pictures(finished: tuple[Plan, Path]) -> None:
    """What is linked that was not, and what the land that joins costs, with every corridor that gains."""
    page = (finished[1] / "report.html").read_text(encoding="utf-8")
    for words in (
        "What is linked that was not",
        "What the land that joins costs",
        "Corridors that gain most",
    ):
        assert words in page
    assert (finished[1] / "network.png").stat().st_size > 10_000


def test_the_report_tells_plan_ceiling_and_share(finished: tuple[Plan, Path]) -> None:
    """The page says what the network connects, what none can exceed, and what is not proven."""
    page = (finished[1] / "report.html").read_text(encoding="utf-8")
    assert "No layout can connect more than" in page
    assert "is not proven beyond that ceiling" in page


def test_a_reopened_plan_keeps_its_network(finished: tuple[Plan, Path]) -> None:
    """Opened again, a plan has the same certificate."""
    again = planner.reopen(finished[1])
    assert again.certificate.network == finished[0].certificate.network


def test_corners_and_resistances_are_the_study_s(tmp_path: Path) -> None:
    """``[network]`` says how it is counted."""
    table = {"distance_m": 800, "neighbours": "corners", "resistance": {"water": 30}}
    plan = planner.optimise(connected(tmp_path, network=table))
    network = plan.certificate.network
    assert network is not None
    assert (network.neighbours, network.distance_m) == (8, 800.0)


@pytest.mark.slow
def test_a_limit_is_kept_and_counted_again(tmp_path: Path) -> None:
    """Three times today's functional mesh: certified without a weight, its limit in the certificate."""
    limits = [*LIMITS, {"indicator": NAME, "at_least": "300%"}]
    study = connected(tmp_path / "study", limits=limits, objective={"minimise": {"net_emissions": 0.001}})
    certificate = planner.run(study, out=tmp_path / "out").plan.certificate
    limit, mesh = certificate.limits[-1], certificate.indicators[NAME]
    assert (limit.indicator, limit.price) == (NAME, None)
    assert limit.at_least == pytest.approx(3 * mesh.baseline)
    assert mesh.value >= limit.at_least
    assert NAME not in certificate.objective_weights
    assert certificate.objective == pytest.approx(0.001 * certificate.indicators["net_emissions"].value)
    assert certificate.bound is not None
    assert certificate.bound <= certificate.objective
    assert verify(tmp_path / "out").differences == ()


def test_a_limit_that_no_layout_reaches_is_told(tmp_path: Path) -> None:
    """More functional mesh than there is land: the ceiling proves that there is no such layout."""
    limits = [*LIMITS, {"indicator": NAME, "at_least": 5000}]
    with pytest.raises(OutOfReach, match="no layout within the red lines and limits has more than") as told:
        planner.optimise(connected(tmp_path, limits=limits))
    assert told.value.proven


@pytest.mark.slow
def test_least_sizes_are_kept_in_every_round(tmp_path: Path) -> None:
    """With ``[patches]`` corridors come in pieces as large as asked, limits hold, and the folder verifies."""
    rules = {"woods": {"classes": ["forest", "grassland", "wetland"], "min_ha": 3, "kind": "project"}}
    result = planner.run(connected(tmp_path / "study", patches=rules), out=tmp_path / "out")
    certificate = result.plan.certificate
    assert certificate.patches is not None
    assert certificate.network is not None
    assert certificate.patches.kept
    assert certificate.network.plan_ha > certificate.network.today_ha
    assert certificate.patches.floor == pytest.approx(certificate.bound)
    assert certificate.patches.cost is not None
    assert certificate.bound is not None
    assert certificate.patches.cost <= (certificate.objective or 0.0) - certificate.bound
    assert result.plan.problem.holds(result.plan.layout)
    assert verify(tmp_path / "out").differences == ()


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ({"objective": {"minimise": {NAME: 1.0}}}, "can be maximised only"),
        ({"limits": [{"indicator": NAME, "at_most": 5}]}, "from below only"),
        ({"limits": [{"indicator": NAME, "at_least": 5, "by": "halves"}]}, "has no districts"),
        ({"network": {"resistance": {"paddy": 3.0}}}, "no class paddy"),
    ],
)
def test_what_cannot_be_asked_is_said(tables: dict[str, Any], said: str) -> None:
    """No minimum, no limit from above or by district; resistances are those of the study's classes."""
    with pytest.raises(StudyError, match=said):
        pose(hand_instance(tables))
