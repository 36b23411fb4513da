from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from formulations.core.solution import Watch
from instances.study.findings import StudyError
from planner.compare.ask import Comparison, compare
from planner.compare.reading import read_alternatives
from planner.compare.sentences import cost_in_words, gap_advice
from planner.plans.optimise import load
from planner.plans.outcome import Interrupted
from tests.support.made_comparisons import SCENARIOS, write_alternatives
from tests.support.small_study import write_study

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """All scenarios of the small study."""
    return compare(write_alternatives(tmp_path_factory.mktemp("alternatives")), gap=1e-6)


def test_every_scenario_has_its_plan(compared: Comparison) -> None:
    """All scenarios by default, the base first, each with a plan that keeps to its own rules."""
    assert [each.name for each in compared.alternatives] == ["base", *SCENARIOS]
    assert compared.left_out == ()
    for each in compared.alternatives:
        assert each.plan.problem.holds(each.plan.layout)
        assert each.plan.instance.permits(each.plan.layout).all()


def test_a_scenario_without_a_plan_is_compared_with_its_limits_loosened(compared: Comparison) -> None:
    """`strict` is told infeasible with its smallest relaxation, and its plan says that it is relaxed."""
    strict = next(each for each in compared.alternatives if each.name == "strict")
    assert strict.relaxed
    assert strict.why is not None
    assert {move.label for move in strict.why.together} <= {"area.cropland (东镇)", "area.cropland (西镇)"}
    assert strict.title == "strict (relaxed)"
    assert any(
        mark.startswith("Relaxed: scenario strict has no plan") for mark in strict.plan.certificate.marks
    )
    assert [each.relaxed for each in compared.alternatives].count(True) == 1


def test_costs_are_intervals_and_other_weights_are_not_compared(compared: Comparison) -> None:
    """A narrower choice never costs less; a scenario weighed otherwise has no interval, and says so."""
    airport, green = (
        next(each for each in compared.alternatives if each.name == name) for name in ("airport", "green")
    )
    known = compared.cost(airport)
    assert known is not None
    assert known.low <= known.high
    assert known.high >= 0
    assert compared.cost(green) is None
    assert "weighed otherwise" in cost_in_words(compared, green)
    assert compared.by_first(green) >= compared.first.certified.bound
    assert gap_advice(compared, "en") == "" or not known.certain


def test_agreement_counts_the_plans_that_give_a_cell_its_commonest_class(compared: Comparison) -> None:
    """The count is the largest number of plans of one class, and the majority has it; firm land has it in
    all plans."""
    found, number = compared.agreement, len(compared.alternatives)
    layouts = np.stack([each.plan.layout for each in compared.alternatives])
    for unit in range(0, layouts.shape[1], 7):
        commonest = np.bincount(layouts[:, unit]).max()
        assert found.agree[unit] * number == pytest.approx(commonest)
        assert (layouts[:, unit] == found.most_often[unit]).sum() == commonest
    firm = (layouts == layouts[0]).all(axis=0)
    assert compared.firm_ha == pytest.approx(float(firm.sum()))


def test_scenarios_share_what_they_read(tmp_path: Path) -> None:
    """Land cover and layers are read once for all scenarios."""
    loaded = read_alternatives(load(write_alternatives(tmp_path)).source)
    assert len({id(one.instance.grid) for one in loaded}) == 1
    assert len({id(one.instance.layers["slope"]) for one in loaded}) == 1


@pytest.mark.parametrize(
    ("scenarios", "sentence"),
    [
        (["base"], "needs two scenarios"),
        (["base", "base"], "needs two scenarios"),
        (["base", "airprt"], "Did you mean `airport`"),
    ],
)
def test_scenarios_that_cannot_be_compared_are_refused(
    tmp_path: Path, scenarios: list[str], sentence: str
) -> None:
    """One scenario is no comparison, and a wrong name is told with the nearest right one."""
    with pytest.raises(StudyError, match=sentence):
        compare(write_alternatives(tmp_path), scenarios)


def test_a_study_without_alternatives_says_what_to_add(tmp_path: Path) -> None:
    """Where there is only the base, the remedy names the table to write."""
    with pytest.raises(StudyError, match=r"\[scenarios.NAME\]"):
        compare(write_study(tmp_path, {"scenarios": {}}))


def test_what_is_wrong_in_any_scenario_is_told_before_anything_is_solved(tmp_path: Path) -> None:
    """Faults of two scenarios come together, and a fault that all share comes once."""
    scenarios = {
        "one": {"limits": [{"indicator": "area.corn", "at_least": 1}]},
        "two": {"redlines": {"ecology": {"path": "gone.gpkg"}}},
    }
    with pytest.raises(StudyError) as wrong:
        compare(write_alternatives(tmp_path, scenarios=scenarios))
    text = str(wrong.value)
    assert "area.corn" in text
    assert "gone.gpkg" in text
    assert len(wrong.value.findings) == len({str(finding) for finding in wrong.value.findings})


def test_scenarios_on_other_cells_are_refused(tmp_path: Path) -> None:
    """Plans on another resolution cannot be compared cell by cell."""
    scenarios = {"coarse": {"landcover": {"resolution": 200}}}
    with pytest.raises(StudyError, match="other units"):
        compare(write_alternatives(tmp_path, scenarios=scenarios))


def test_a_comparison_told_to_stop_ends_with_what_it_has(tmp_path: Path) -> None:
    """Stopped during the first scenario, the others are left out; stopped before any plan there is none."""
    path = write_alternatives(tmp_path)
    stop = threading.Event()
    found = compare(
        path,
        ["base", "airport"],
        watch=Watch(report=lambda step: stop.set() if step.plan else None, stop=stop),
    )
    assert [each.name for each in found.alternatives] == ["base"]
    assert [left.name for left in found.left_out] == ["airport"]


def test_limits_that_contradict_each_other_are_loosened_in_every_scenario(tmp_path: Path) -> None:
    """Where no scenario has a plan as it stands, all are compared relaxed, and each says so."""
    impossible = [{"indicator": "area.water", "at_least": 150}, {"indicator": "area.forest", "at_least": 150}]
    scenarios = {"airport": SCENARIOS["airport"]}
    found = compare(write_alternatives(tmp_path, limits=impossible, scenarios=scenarios))
    assert [each.title for each in found.alternatives] == ["base (relaxed)", "airport (relaxed)"]
    assert "limits loosened" in cost_in_words(found, found.others[0])


def test_stopped_before_it_began_there_is_no_comparison(tmp_path: Path) -> None:
    """Nothing was solved, so nothing is compared."""
    stop = threading.Event()
    stop.set()
    with pytest.raises(Interrupted, match="scenario base"):
        compare(write_alternatives(tmp_path), watch=Watch(stop=stop))


def test_dongguan_is_compared_at_300_m(shared_data: Path) -> None:
    """On real data `strict` is named infeasible, relaxed and compared all the same; the loose lines do not
    cost more than the base."""
    found = compare(ROOT / "instances" / "studies" / "dongguan_300m.toml", gap=0.02)
    assert [each.title for each in found.alternatives] == ["base", "strict (relaxed)", "loose"]
    strict, loose = found.others
    assert strict.why is not None
    assert any(move.label == "area.urban" for move in strict.why.together)
    known = found.cost(loose)
    assert known is not None
    assert known.low < 0
    assert found.firm_ha > 0.8 * found.first.plan.instance.grid.total_ha
