from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import planner
from planner import Plan, StudyError
from planner.recount.beside.cycle import Counted
from planner.recount.beside.models import check_models
from planner.recount.ledger import Ledger
from planner.runs.found import read_certificate
from tests.support.cycle_study import write_cycle_study
from tests.support.tampering import edit, forge, told


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Path]:
    """A plan of the small study with its cycle, written."""
    folder = tmp_path_factory.mktemp("cycle")
    plan = planner.optimise(planner.load(write_cycle_study(folder)))
    return plan, planner.write(plan, folder / "out")


@pytest.mark.slow
def test_a_run_with_a_cycle_is_certified_written_verified_and_opened_again(made: tuple[Plan, Path]) -> None:
    """One objective and one bound for land and plants; every row counted again holds; the plan comes back
    with its flows, and the report has a chapter on them."""
    plan, out = made
    certificate = plan.certificate
    assert certificate.side is not None
    side = certificate.side["cycle"]
    land = plan.problem.objective.evaluate(plan.layout)
    assert certificate.objective == pytest.approx(land + side.objective)
    assert certificate.bound is not None
    assert certificate.bound <= certificate.objective
    assert certificate.status == "optimal"
    assert side.low <= side.objective <= side.high
    assert side.least <= side.bound <= side.objective
    assert [link.district for link in side.links] == ["甲村", "乙村", "丙村"]
    verified = planner.verify(out)
    assert verified.holds, verified.differences
    again = planner.reopen(out)
    assert again.models["cycle"].t == pytest.approx(plan.models["cycle"].t, rel=1e-12)
    assert (again.models["cycle"].kind == plan.models["cycle"].kind).all()
    page = (out / "report.html").read_text(encoding="utf-8")
    assert 'id="cycle"' in page
    assert "net emissions of the waste cycle" in page.lower()
    written = json.loads((out / "certificate.json").read_text(encoding="utf-8"))
    assert written["side"]["cycle"]["links"][0].keys() == {"district", "value", "price"}


def tampered(out: Path, folder: Path, name: str, column: str, factor: float) -> Path:
    """A copy of the folder in which the first figure of a column of a table is another."""
    copy = folder / "copy"
    shutil.copytree(out, copy)
    table = pd.read_csv(copy / name, encoding="utf-8-sig")
    table.loc[0, column] *= factor
    table.to_csv(copy / name, index=False, encoding="utf-8-sig")
    return copy


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "column", "factor", "place"),
    [
        ("flows.csv", "t_yr", 3.0, "flows.csv"),
        ("flows.csv", "km", 1.1, "km"),
        ("flows.csv", "tco2e_yr", 1.01, "flows.csv"),
        ("nutrients.csv", "nitrogen_kg_yr", 0.5, "nutrients.csv"),
        ("nutrients.csv", "nitrogen_kg_yr", 1e4, "nutrients.csv"),
    ],
)
def test_whatever_breaks_a_row_is_found(
    made: tuple[Plan, Path], tmp_path: Path, name: str, column: str, factor: float, place: str
) -> None:
    """A flow beyond what arises, a distance, a wrong emission, nitrogen lost and nitrogen beyond what fields
    may take: each named with its place."""
    plan, out = made
    copy, ledger = tampered(out, tmp_path, name, column, factor), Ledger()
    check_models(copy, read_certificate(copy), plan.instance, plan.layout, ledger)
    assert any(place in one.figure for one in ledger.differences)


def _dearer(proof: dict[str, Any]) -> None:
    proof["rows"] = {name: [1.5 * price for price in prices] for name, prices in proof["rows"].items()}


def _nothing(proof: dict[str, Any]) -> None:
    proof["rows"] = {name: [0.0] * len(prices) for name, prices in proof["rows"].items()}


def _fewer(proof: dict[str, Any]) -> None:
    proof["rows"]["arises"].pop()


def _other_links(proof: dict[str, Any]) -> None:
    proof["links"] = [price + 3.0 for price in proof["links"]]


def _fewer_links(proof: dict[str, Any]) -> None:
    proof["links"].pop()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "figure"),
    [
        (_dearer, "proof, bound"),
        (_nothing, "proof, bound"),
        (_other_links, "proof, bound"),
        (_fewer, "side.cycle.proof"),
        (_fewer_links, "side.cycle.proof"),
    ],
)
def test_a_forged_proof_of_a_model_is_noticed(
    made: tuple[Plan, Path], tmp_path: Path, change: Callable[[dict[str, Any]], None], figure: str
) -> None:
    """Prices of a model's rows or links that are others, none, or too few prove less than is told, or
    nothing: so says the verification of the whole folder, though list and seal are written anew."""
    copy = Path(shutil.copytree(made[1], made[1].with_name(tmp_path.name)))  # beside the study
    edit(copy, lambda tree: change(tree["side"]["cycle"]["proof"]))
    forge(copy)
    assert figure in told(copy)


@pytest.mark.slow
def test_land_and_plants_one_after_the_other_have_an_honest_bound(
    tmp_path: Path, made: tuple[Plan, Path]
) -> None:
    """`link = false`: no better than together, and its bound lies below what together reaches."""
    plan, _ = made
    apart = planner.optimise(planner.load(write_cycle_study(tmp_path, link=False)))
    assert plan.certificate.objective is not None
    assert apart.certificate.objective is not None
    assert apart.certificate.bound is not None
    assert apart.certificate.objective >= plan.certificate.objective - 0.5
    assert apart.certificate.bound <= plan.certificate.objective + 1e-6
    assert apart.certificate.side is not None
    assert not apart.certificate.side["cycle"].linked


def test_counting_again_shares_nothing_and_agrees_where_nothing_is_collected(tmp_path: Path) -> None:
    """Without plants the cycle costs what manure beyond the fields does: by hand."""
    instance = planner.load(write_cycle_study(tmp_path, nitrogen_kg_ha=10.0)).instance
    count = Counted(instance.models["cycle"], instance, instance.today)
    land = np.array([count.land[count.village[name]] for name in ("甲村", "乙村", "丙村")])
    own = np.array([300.0, 900.0, 150.0]) * 5.0 * 0.4
    assert count.tco2e() == pytest.approx(0.0043 * np.maximum(own - 10.0 * land, 0.0).sum())


def test_what_a_cycle_does_not_go_with_is_told(tmp_path: Path) -> None:
    """Comparisons do not plan models, and say which command does; every fault of the tables is told at
    once."""
    path = write_cycle_study(tmp_path)
    with pytest.raises(StudyError, match="sansheng run"):
        planner.compare(path, out=None)
    (tmp_path / "supplies.csv").write_text(
        "village,stream,t\n甲乡,manure,3\n乙村,milk,-4\n", encoding="utf-8"
    )
    with pytest.raises(StudyError) as wrong:
        _ = planner.load(path).instance
    for part in ("甲乡", "milk", "below 0"):
        assert part in str(wrong.value)
