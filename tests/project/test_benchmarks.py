"""Every benchmark runs, on studies so small that nothing is measured."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import building, tuning, variants, work
from benchmarks.__main__ import main
from benchmarks.convergence import Trace, converge
from benchmarks.machine import machine, peak_gb
from benchmarks.peers import PEERS, judge, missed_shares, peer_named
from benchmarks.peers.marginal import Marginal
from benchmarks.records import CaseRecord, PeerRecord, Results, gap_to, merged, results_from
from benchmarks.registry import CASES, PEER_SECONDS, named, select
from benchmarks.studies import ROOT
from benchmarks.suite import run_suite
from benchmarks.table import growth_table, page, percent, speedup
from formulations.core.solution import SolveSettings
from formulations.exact.presolve import reduce_problem
from instances.demo import write_demo
from planner.plans.optimise import Loaded, load
from tests.support.random_problems import Shape, random_problem

SECONDS = 1.0


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """A demo county of 24 x 24 cells."""
    return load(write_demo(tmp_path_factory.mktemp("county"), 24))


@pytest.mark.slow
def test_the_suite_measures_a_case_and_its_peers(tmp_path: Path) -> None:
    """One case goes the whole way: made, solved, written in processes of their own, then every peer."""
    out = tmp_path / "out"
    assert main(["--quick", "--case", "demo-200", "--out", str(out)]) == 0
    results = results_from(out / "results.json")
    (record,) = results.cases
    assert (record.case, record.cells, record.fault) == ("demo-200", 576, "")
    assert record.gap is not None
    assert record.gap <= record.gap_asked + 1e-9
    assert record.command_s is not None
    assert sum(record.split.values()) <= record.command_s * 1.05
    assert [peer.peer for peer in results.peers] == list(named("demo-200").peers)
    assert not any(peer.fault for peer in results.peers)
    assert all(peer.missed or (peer.gap or 0.0) >= -1e-9 for peer in results.peers)
    assert "| demo-200 | 576 |" in (out / "results.md").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_case_is_solved_and_written(case, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every case's study can be made, solved and written as a run's folder (skipped without its data)."""
    work.main(["make", case.name, "--folder", str(tmp_path / "study"), "--quick"])
    made = _said(capsys)
    if "absent" in made:
        pytest.skip(made["absent"])
    method = "decompose" if case.name.startswith("townships") else "auto"
    work.main(["run", made["study"], "--folder", str(tmp_path / "plan"), "--gap", "0.01", "--method", method])
    record = CaseRecord(case.name, 0.01, command_s=1.0, **_said(capsys))
    assert record.limits > 0
    assert record.gap is not None
    assert record.gap <= 0.01 + 1e-9
    assert {"start", "read", "pose", "certify", "write"} <= set(record.split)
    assert (tmp_path / "plan" / "certificate.json").is_file()


@pytest.mark.parametrize("name", PEERS)
def test_every_peer_leaves_a_lawful_layout(name: str, county: Loaded) -> None:
    """A peer's layout keeps to the red lines, and keeps or misses limits as it is then said to."""
    found = peer_named(name)(county.problem, 1e-3, SECONDS)
    assert found.layout is not None
    judged = judge(county.problem, found.layout)
    assert (judged["missed"] == 0) == county.problem.holds(found.layout)
    assert found.note


def test_the_integer_programs_reach_the_gap(county: Loaded) -> None:
    """On a study they can follow, the monolithic model and the exact method end equally good."""
    layouts = [peer_named(name)(county.problem, 1e-4, 30.0).layout for name in ("monolithic", "exact")]
    one, other = (judge(county.problem, layout)["objective"] for layout in layouts if layout is not None)
    assert one == pytest.approx(other, rel=2e-4)


@pytest.mark.parametrize("seed", range(20))
def test_the_effect_of_one_change_is_exact(seed: int) -> None:
    """The repair of rounded layouts knows what changing one unit does to objective and every limit."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, Shape(rows=4, columns=4, bundles=2, two_sets=True, limits=3, locked=0.2))
    reduction = reduce_problem(problem)
    marginal = Marginal(reduction)
    x = marginal.choices(reduction.layout(rng.random(len(reduction.unit))))
    coefficients = marginal.coefficients(x).toarray()
    for unit in range(len(reduction.free)):
        mine = np.arange(reduction.first[unit], reduction.first[unit + 1])
        changed = x.copy()
        changed[mine] = 0.0
        changed[mine[-1]] = 1.0
        before = mine[x[mine] > 0.5][0]
        effect = coefficients[:, mine[-1]] - coefficients[:, before]
        assert marginal.values(changed) - marginal.values(x) == pytest.approx(effect, abs=1e-9)


def test_rounding_is_measured_as_any_layout_is(county: Loaded) -> None:
    """Sums over choices and products give the values that the indicators themselves give."""
    reduction = reduce_problem(county.problem)
    marginal = Marginal(reduction)
    layout = reduction.layout(np.random.default_rng(3).random(len(reduction.unit)))
    values = marginal.values(marginal.choices(layout))
    assert values[0] == pytest.approx(county.problem.objective.evaluate(layout))
    assert values[1:] == pytest.approx(county.problem.values(layout))


def test_a_population_is_evaluated_as_its_layouts_are(county: Loaded) -> None:
    """What NSGA-II is told of a population is what the indicators say of each of its layouts."""
    from benchmarks.peers.nsga2 import Genes

    problem = county.problem
    genes = Genes(reduce_problem(problem), problem.today)
    population = np.random.default_rng(5).integers(0, genes.options, (6, len(genes.options)))
    population[0] = genes.today
    for individual, values in zip(population, genes.values(population), strict=True):
        layout = genes.layout(individual)
        assert problem.options.permits(layout).all()
        assert values[0] == pytest.approx(problem.objective.evaluate(layout))
        assert values[1:] == pytest.approx(problem.values(layout))
    kept = problem.options.permits(problem.today)
    assert (genes.layout(genes.today) == problem.today)[kept].all()


def test_a_missed_limit_is_counted_with_its_share(county: Loaded) -> None:
    """Today's layout misses the growth that the study asks for, by shares of the bounds."""
    shares = missed_shares(county.problem, county.problem.today)
    assert shares.max() > 0
    assert judge(county.problem, county.problem.today)["missed"] == int((shares > 1e-6).sum())


def test_building_is_measured_step_by_step(county: Loaded) -> None:
    """Building and solving the exact model gives a row for every step."""
    rows = building.measure(county.problem, 1e-3, SECONDS)
    assert [step for step, _, _ in rows][-1] == "solve_exact"
    assert all(taken >= 0 and said for _, taken, said in rows)


@pytest.mark.slow
def test_every_variant_of_the_master_converges_to_one_bound(tmp_path: Path) -> None:
    """Whatever the columns, the box and the first prices, the bound is the same in the end."""
    for pair in variants.pairs(30, 3, tmp_path):
        traces = variants.compare(pair, variants.VARIANTS, 1e-5, 20.0)
        best = max(trace.bound[-1] for trace in traces.values())
        for trace in traces.values():
            assert trace.bound == sorted(trace.bound)
            assert trace.bound[-1] == pytest.approx(best, rel=1e-3)
        assert variants.comparison(traces).count("\n") == len(variants.VARIANTS) + 1


def test_the_page_on_the_master_lists_every_variant() -> None:
    """Whoever asks why this master was chosen finds each of the others measured beside it."""
    text = (ROOT / "docs" / "decomposition.md").read_text(encoding="utf-8")
    assert all(text.count(f"| {variant.name} |") == 3 for variant in variants.VARIANTS)


def test_the_chosen_variant_bounds_every_plan(county: Loaded) -> None:
    """The bound of a run of column generation lies at or below the best plan known."""
    trace, _ = converge(county.problem, variants.VARIANTS[0], None, gap=1e-4, seconds=10.0)
    layout = peer_named("exact")(county.problem, 1e-6, 30.0).layout
    assert layout is not None
    best = county.problem.objective.evaluate(layout)
    assert trace.bound[-1] <= best
    assert trace.bound[-1] == pytest.approx(best, rel=1e-3)


def test_the_machine_is_described_without_its_name() -> None:
    """Processor, cores, memory and versions are told; neither host name nor paths."""
    import platform

    told = machine()
    assert {"processor", "cores", "memory", "Python", "highspy", "numpy"} <= set(told)
    assert platform.node() not in told.values()
    assert not any("/" in value for label, value in told.items() if label != "processor")
    assert peak_gb() > 0


def test_what_is_not_measured_again_is_kept() -> None:
    """A case measured anew takes the place of its old record; other cases and all peers stay."""
    before = _results()
    first = before.cases[0]
    now = Results({"cores": "2"}, cases=[replace(first, solver_s=0.5)])
    both = merged(before, now, [record.case for record in before.cases])
    assert both.cases == [now.cases[0], *before.cases[1:]]
    assert both.peers == before.peers
    assert both.machine == now.machine


def test_results_survive_their_file(tmp_path: Path) -> None:
    """Results read back from JSON are those that were written, and make the same page."""
    results = _results()
    path = tmp_path / "results.json"
    path.write_text(results.text(), encoding="utf-8")
    assert json.loads(path.read_text(encoding="utf-8"))["quick"] is False
    assert page(results_from(path)) == page(results)


def test_the_page_says_what_was_to_be_reached_and_what_was() -> None:
    """Aims are held against the figures; a faster monolithic model or a growing time a cell would show."""
    text = page(_results())
    assert "| demo-200 | seconds in the solver | ≤ 3.00 s | 1.00 s | yes |" in text
    assert "| demo-200 | times faster than the monolithic model | ≥ 50 | 60 | yes |" in text
    assert "| demo-1000 | growth of solver time a cell from the smallest case | < 4 | 0.80 | yes |" in text
    assert "skipped: no data" in text


def test_a_peer_out_of_time_makes_the_speedup_a_lower_bound() -> None:
    """Where the monolithic model did not reach the gap, it would have taken longer still."""
    results = _results()
    results.peers = [replace(results.peers[0], gap=0.2)]
    assert speedup(results) == ("> 60", "yes")
    assert speedup(replace(results, peers=[])) is None


def test_tuning_numbers_are_varied_and_put_back() -> None:
    """Every number that is varied exists; a row tells each value, and the engine is left as it was."""
    own = [knob.own for knob in tuning.KNOBS]
    rows = tuning.variations(tuning.open_grid(8), tuning.KNOBS[:1], SolveSettings(gap=1e-2))
    assert [len(row) for row in rows] == [4] * (1 + len(tuning.KNOBS[0].values))
    assert [knob.own for knob in tuning.KNOBS] == own


def test_growth_is_told_by_cell() -> None:
    """Seconds a cell, and how many times those of the smallest case."""
    assert "| demo-1000 | 1,000,000 | 20.0 | 0.80 | 40.0 | 0.40 |" in growth_table(_results().cases)


def test_gaps_are_to_our_bound() -> None:
    """A peer's gap is to the bound that we proved; a layout that breaks limits may lie below it."""
    assert gap_to(99.0, 100.0) == pytest.approx(0.01)
    assert gap_to(101.0, 100.0) == pytest.approx(-0.01)
    assert gap_to(None, 1.0) is None
    assert percent(0.00012) == "0.012 %"


def test_cases_are_chosen_by_pattern() -> None:
    """``--case growth-*`` takes every case of that name; an unknown one is told with those there are."""
    assert {case.name for case in select(["growth-*"])} == {"growth-450", "growth-1600", "growth-2236"}
    assert select(None) == CASES
    with pytest.raises(KeyError, match="no case 'demo'"):
        select(["demo"])
    with pytest.raises(SystemExit):
        main(["--case", "demo"])


def test_every_peer_of_a_case_is_known() -> None:
    """Cases name only peers that there are, each with the seconds it may take."""
    assert {peer for case in CASES for peer in case.peers} <= set(PEERS) == set(PEER_SECONDS)


@pytest.mark.slow
def test_a_case_that_fails_leaves_the_others_measured(tmp_path: Path) -> None:
    """A job without an answer is a sentence in the table, not the end of the suite."""
    broken = replace(named("demo-200"), name="no-such-case", peers=())
    results = run_suite([broken], tmp_path / "work", quick=True)
    assert results.cases[0].fault
    assert not results.cases[0].absent


def test_a_bound_that_was_not_reached_is_told_so() -> None:
    """A trace knows after how many rounds and seconds a bound stood."""
    trace = Trace(seconds=[0.1, 0.2], bound=[1.0, 2.0])
    assert trace.reached(1.5) == (2, 0.2)
    assert trace.reached(3.0) is None


def _said(capsys: pytest.CaptureFixture[str]) -> dict:
    return json.loads(capsys.readouterr().out.strip().splitlines()[-1])


def _results() -> Results:
    cases = [
        CaseRecord(
            "demo-200", 1e-3, 40_000, 13, 40, "decompose", 5, 1.0, 1.0, 5e-4, 1.0, 4.0, 0.5, {"read": 1.0}
        ),
        CaseRecord("demo-1000", 1e-3, 1_000_000, 13, 40, "decompose", 9, 1.0, 1.0, 5e-4, 20.0, 40.0, 2.0),
        CaseRecord("dongguan-100m", 1e-3, fault="skipped: no data", absent=True),
    ]
    peers = [PeerRecord("demo-200", "monolithic", 900.0, 60.0, 1.0, 5e-4, note="gap reached")]
    return Results({"processor": "some", "cores": "2"}, False, cases, peers)
