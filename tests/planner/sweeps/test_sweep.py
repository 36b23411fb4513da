from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tomli_w

from formulations.core.solution import Termination
from formulations.posing import pose
from formulations.sampling.questions import Answer, Asked, Base, Bound, Question
from instances.study.findings import StudyError
from planner import load
from planner.plans.optimise import settings_of
from planner.sweeps.executor import Task
from planner.sweeps.progress import SweepBar
from planner.sweeps.sweep import ONLY, Stopped, Workforce, open_sweep, root_key
from planner.sweeps.workers import Workers
from tests.support.hand_instance import CHOICE, hand_instance
from tests.support.small_study import CROPLAND, FOREST, landcover, tree, write_raster, write_study
from tests.support.sweeping import sweep_over


def hand_base() -> Base:
    """The six cells as the base of a sweep."""
    instance = hand_instance(CHOICE)
    return Base.of(instance, pose(instance))


def questions(count: int) -> list[Asked]:
    """So many questions that differ."""
    return [
        Asked(Question(f"at most {n} ha change", bounds=(Bound("changed_area", at_most=float(n)),)))
        for n in range(count)
    ]


class Counted(Workers):
    """Solves in this process and counts; may end before a solve, or answer in reverse."""

    def __init__(self, base: Base, most: int = 99, *, backwards: bool = False) -> None:
        super().__init__({ONLY: base}, lambda _: None)
        self.most, self.backwards, self.names = most, backwards, [""][:0]

    def answers(self, tasks: Sequence[Task]) -> Iterator[Answer]:
        """Answers, until there were enough."""
        for task in reversed(tasks) if self.backwards else tasks:
            if len(self.names) == self.most:
                raise KeyboardInterrupt
            self.names.append(task.question.name)
            yield from super().answers([task])


def test_the_same_questions_are_solved_once(tmp_path: Path) -> None:
    """A second sweep finds every answer of the first."""
    for solved, found in ((3, 0), (0, 3)):
        sweep = sweep_over(hand_base(), tmp_path)
        answers = sweep.ask(questions(3))
        assert (sweep.solved, sweep.found) == (solved, found)
        assert [answer.objective for answer in answers] == sorted(
            (answer.objective for answer in answers), reverse=True
        )


def test_what_was_finished_before_a_stop_is_kept(tmp_path: Path) -> None:
    """Ctrl-C in the third solve keeps two, says so, and the same command goes on there."""
    base = hand_base()
    sweep = sweep_over(base, tmp_path)
    sweep.workers = Counted(base, 2)
    with pytest.raises(Stopped, match="2 finished solves are kept"):
        sweep.ask(questions(4))
    again = sweep_over(base, tmp_path)
    again.workers = Counted(base)
    again.ask(questions(4))
    assert again.workers.names == ["at most 2 ha change", "at most 3 ha change"]


def test_the_order_of_completion_changes_nothing(tmp_path: Path) -> None:
    """Answers come in the order of the questions, whoever finishes first."""
    base = hand_base()
    one, other = sweep_over(base, tmp_path / "a"), sweep_over(base, tmp_path / "b")
    other.workers = Counted(base, backwards=True)
    for a, b in zip(one.ask(questions(4)), other.ask(questions(4)), strict=True):
        assert a.key == b.key
        assert a.layout is not None
        assert (a.layout == b.layout).all()


@pytest.mark.parametrize(
    "change",
    [
        {"question": Question("q", weights=(("net_emissions", 2.0),))},
        {"question": Question("q", bounds=(Bound("changed_area", at_most=1.0),))},
        {"question": Question("q", rates=hand_instance().emissions)},
        {"question": Question("q", unlike=(np.zeros(6, dtype=np.uint8),))},
        {"gap": 0.5},
    ],
)
def test_whatever_decides_an_answer_is_in_its_key(tmp_path: Path, change: dict[str, object]) -> None:
    """A question that differs in weights, bounds, rates, other plans or gap is another; its name is not."""
    sweep = sweep_over(hand_base(), tmp_path)
    plain = Asked(Question("q"))
    key = sweep._task(plain).key
    assert sweep._task(Asked(Question("another name"))).key == key
    assert sweep._task(replace(plain, **change)).key != key
    assert sweep_over(hand_base(), tmp_path, root="other")._task(plain).key != key
    assert sweep_over(hand_base(), tmp_path, seed=1)._task(plain).key != key


def test_what_a_solve_begins_from_is_in_its_key(tmp_path: Path) -> None:
    """The plans and prices handed on decide too, so a resumed sweep repeats the undisturbed one."""
    sweep = sweep_over(hand_base(), tmp_path)
    one, other = sweep.ask(questions(2))
    keys = {
        sweep._task(Asked(Question("q"), plans=plans, prices=prices)).key
        for plans, prices in (((), None), ((one,), None), ((other,), None), ((one, other), None), ((), one))
    }
    assert len(keys) == 5


def test_questions_may_belong_to_several_scenarios(tmp_path: Path) -> None:
    """Each is asked of its own scenario, and its answer is kept under that scenario's inputs; one joins while
    the sweep is under way, and is asked by what is appended meanwhile."""
    base = hand_base()
    sweep = sweep_over(base, tmp_path)
    barred = replace(base, problem=replace(base.problem, limits=()))
    sweep.join("free", barred, "another root")
    asked = [Asked(Question("q")), Asked(Question("q", scenario="free"))]
    heard = []
    for one, answer in sweep.each(asked):
        heard.append((one.question.scenario, answer.objective))
        if len(asked) == 2:
            sweep.join("late", base, "a third root")
            asked.append(Asked(Question("q", scenario="late")))
    by_name = dict(heard)
    assert list(by_name) == [ONLY, "free", "late"]
    assert by_name["late"] == by_name[ONLY]
    assert len(sweep.store) == len({sweep._task(one).key for one in asked}) == 3


def test_equal_questions_are_solved_once_and_answered_each(tmp_path: Path) -> None:
    """Two scenarios that say the same are one solve."""
    sweep = sweep_over(hand_base(), tmp_path)
    one, other = sweep.ask([Asked(Question("a")), Asked(Question("b"))])
    assert one is other
    assert sweep.solved == 1


def test_told_to_stop_a_sweep_keeps_only_what_was_finished(tmp_path: Path) -> None:
    """What was under way comes with the best found so far and is not kept; the rest does not come."""
    base = hand_base()
    sweep = sweep_over(base, tmp_path)
    stop = threading.Event()
    sweep.workers = Workers(sweep.bases, lambda _: None, stop=stop)
    asked = [Asked(Question(str(n), whole=True), gap=0.1 / (n + 1)) for n in range(3)]
    heard = []
    for one, answer in sweep.each(asked):
        heard.append((one.question.name, answer.termination is Termination.INTERRUPTED))
        stop.set()
    assert heard == [("0", False)]
    assert len(sweep.store) == 1


def test_an_interrupted_answer_is_not_kept(tmp_path: Path) -> None:
    """A solve that was stopped is begun again."""
    base = hand_base()
    sweep = sweep_over(base, tmp_path)

    class Interrupted(Workers):
        def answers(self, tasks: Sequence[Task]) -> Iterator[Answer]:
            for found in super().answers(tasks):
                yield replace(found, termination=Termination.INTERRUPTED)

    sweep.workers = Interrupted({ONLY: base}, lambda _: None)
    with pytest.raises(Stopped):
        sweep.ask(questions(1))
    assert len(sweep.store) == 0


def root(study: Path, scenario: str = "base") -> str:
    """The root key of a scenario."""
    return root_key(load(study, scenario).instance)


def test_a_changed_input_changes_the_root(tmp_path: Path) -> None:
    """One cell of the land cover is enough; the title, the language and the solver's settings are nothing."""
    study = write_study(tmp_path)
    other = root(study)
    said = {"lang": "zh", "title": "another title", "solver": {"gap": 0.5}}
    study.write_text(tomli_w.dumps({**tree(), **said}), encoding="utf-8")
    assert root(study) == other
    cells = landcover()
    cells[0, 0] = CROPLAND if cells[0, 0] == FOREST else FOREST
    write_raster(tmp_path / "cover.tif", cells)
    assert root(study) != other


def test_only_what_depends_on_an_input_is_invalid(tmp_path: Path) -> None:
    """A file that one scenario alone reads leaves the others' answers as they are."""
    changes = {"scenarios": {"steeper": {"layers": {"slope": "other.tif"}}}}
    study = write_study(tmp_path, changes)
    write_raster(tmp_path / "other.tif", np.zeros((12, 16), dtype=np.float32), nodata=None)
    before = {name: root(study, name) for name in ("base", "steeper")}
    write_raster(tmp_path / "other.tif", np.ones((12, 16), dtype=np.float32), nodata=None)
    after = {name: root(study, name) for name in ("base", "steeper")}
    assert before["base"] == after["base"]
    assert before["steeper"] != after["steeper"]


def test_no_workers_and_two_crews_are_refused(tmp_path: Path) -> None:
    """Each wrong crew is told with its remedy."""
    loaded = load(write_study(tmp_path))
    settings = settings_of(loaded.study)
    for workforce, word in ((Workforce(0), "--workers"), (Workforce(2, "tcp://127.0.0.1:1"), "Leave out")):
        with (
            pytest.raises(StudyError, match=word),
            open_sweep(loaded, tmp_path / "out", settings, workforce, 2, SweepBar()),
        ):
            pass


def test_the_answers_lie_beside_the_result(tmp_path: Path) -> None:
    """Nothing of the work is in the folder of the result, and one solve has one thread."""
    loaded = load(write_study(tmp_path / "study"))
    with open_sweep(loaded, tmp_path / "out", settings_of(loaded.study), Workforce(), 2, SweepBar()) as sweep:
        sweep.ask([Asked(Question("q"))])
        assert sweep.settings.threads == 1
    assert [path.name for path in tmp_path.iterdir() if path.name != "study"] == [".out.solves"]
    kept = next((tmp_path / ".out.solves").iterdir())
    with np.load(kept) as arrays:
        assert json.loads(bytes(arrays["told"]))["key"] == kept.stem
