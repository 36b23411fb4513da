"""A robustness sweep from a study to its folder: coefficients drawn, plans found, regrets, all written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from formulations.core.solution import Watch
from formulations.sampling.agreement import Agreement, agreement
from formulations.sampling.regret import Regrets
from instances.carbon.draws import Together
from instances.study.findings import Finding, StudyError
from planner.plans.optimise import Loaded, loaded_from, settings_of
from planner.robust.ask import regrets
from planner.robust.draws import read_draws
from planner.robust.folder import write_regrets
from planner.robust.tables import TREE, plan_name
from planner.runs.kept import Keeper
from planner.runs.place import place_for
from planner.runs.whole import writing
from planner.sweeps.progress import SweepBar
from planner.sweeps.sweep import Tally, Workforce, open_sweep
from planner.words.draw_names import draw_name
from words.catalogue import Words
from words.said import say


@dataclass(frozen=True, eq=False)
class RobustResult:
    """Regrets of a study's plans, how firm the chosen one's land is, what the sweep took, and the folder."""

    loaded: Loaded
    regrets: Regrets
    agreement: Agreement
    tally: Tally
    folder: Path | None = None

    @property
    def land_ha(self) -> list[float]:
        """Land that stays as today in all plans, changes alike in all, is alike in two thirds or more of
        them, and in fewer, ha."""
        instance = self.loaded.instance
        areas: list[float] = self.agreement.areas_ha(instance.today, instance.grid.area_ha).tolist()
        return areas

    def name(self, number: int) -> str:
        """The name of a plan, by its index in ``regrets.plans``: that of its folder."""
        return plan_name(number)

    def found_by(self, number: int, words: Words) -> str:
        """The name for readers of the draw that a plan was found under."""
        return draw_name(self.regrets.plans[number].draw.name, words)

    @property
    def unproven(self) -> bool:
        """True where what is unproven under some draw is more than the chosen plan's greatest regret."""
        found = self.regrets
        return bool((found.best - found.bound > found.greatest[found.chosen, 0]).any())


def robust(
    study: Loaded | str | Path,
    *,
    draws: int = 20,
    together: str = "rows",
    sets: Sequence[str] = (),
    seed: int = 0,
    out: str | Path | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    gap: float | None = None,
    time_limit: float | None = None,
    method: str | None = None,
    threads: int | None = None,
    watch: Watch | None = None,
) -> RobustResult:
    """The plan that can lose least where carbon coefficients are not what they were taken to be.

    Coefficients are drawn ``draws`` times from their ranges; ``together`` says what moves together: each row
    (``rows``), all of a pool (``pools``), the whole ``set``. ``sets`` are other sets to compare, by name or
    as CSV files; the same ``seed`` draws the same. ``result.regrets.greatest`` is (plans, 2): each plan's
    greatest regret over the draws lies between these, in tCO2e/yr; ``result.regrets.chosen`` the plan whose
    greatest regret is least. ``out``, ``workers``, ``cluster``, settings and ``watch`` as for ``front``.

    Raises ``StudyError`` (the input is wrong) or ``NoPlan`` (why there is none, or that it was stopped).

    >>> result = planner.robust("study.toml", draws=2, seed=1, gap=0.001)
    >>> len(result.regrets.draws), result.regrets.greatest.shape[1]
    (3, 2)
    """
    loaded, bar = loaded_from(study), SweepBar(watch)
    settings = settings_of(loaded.study, gap=gap, time_limit=time_limit, method=method, threads=threads)
    if together not in set(Together):
        fault = say("figures_robust.together", name=together)
        remedy = say("figures_robust.one_of", names=[str(each) for each in Together])
        raise StudyError([Finding("--together", fault, remedy)])
    options = {"draws": draws, "together": together, "sets": list(sets), "seed": seed}
    with place_for(out, TREE) as place:
        bar.stage("reading")
        drawn = read_draws(loaded, draws, Together(together), seed, sets)
        crew = Workforce(workers, cluster)
        with open_sweep(loaded, place.out, settings, crew, draws + 1, bar) as sweep:
            found = regrets(sweep, loaded, drawn.draws)
        if place.draft is not None and place.out is not None:
            bar.stage("writing")
            with writing(place.out):
                keeper = Keeper(loaded, sweep.base, sweep.settings)
                firm = write_regrets(found, drawn, sweep, keeper, place.draft, options)
        else:
            classes = len(loaded.instance.classes)
            firm = agreement(found.layouts[found.chosen], found.in_draws, classes)
    return RobustResult(loaded, found, firm, sweep.tally, place.out)
