"""One run from a study to its folder: solved, priced where that is asked for, certified, written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from formulations.core.solution import Step, Watch
from formulations.indicators.emissions import NET_EMISSIONS
from planner.plans.aside import aside
from planner.plans.connected import refuse_models
from planner.plans.implausible import look_first
from planner.plans.optimise import Loaded, Overrides, loaded_from, optimise, settings_of
from planner.plans.plan import Plan
from planner.prices.ask import Prices, prices_of
from planner.prices.folder import write_prices
from planner.prices.sentences import price_in_words
from planner.runs.folder import fill
from planner.runs.place import Place, place_for
from planner.runs.second import second
from planner.runs.whole import writing
from planner.words.carbon_change import carbon_change, other_changes
from planner.words.indicator_names import label
from words.catalogue import Words


@dataclass(frozen=True, eq=False)
class RunResult:
    """A plan; what its limits and red lines cost, where that was asked for; the folder that was written."""

    plan: Plan
    prices: Prices | None = None
    folder: Path | None = None

    def price_sentences(self, lang: str, most: int) -> tuple[str, ...]:
        """What the dearest limits that bind cost, in words, zh or en; ``most`` of them."""
        binding = (limit for limit in self.plan.certificate.limits if limit.binds)
        dearest = sorted(binding, key=lambda limit: -abs(limit.price or 0.0))[:most]
        return tuple(price_in_words(limit, lang, self.plan.instance.classes) for limit in dearest)

    def carbon_sentences(self, lang: str) -> tuple[str, ...]:
        """The range of what the plan changes in net emissions, and what that rests on, in words, zh or en."""
        told = self.plan.certificate.carbon
        if told is None:
            return ()
        words, certificate = Words(lang), self.plan.certificate
        said = carbon_change((told.change, told.low, told.high), told.years, told.rests_on, words)
        others = {
            name: (one.low, one.high) for name, one in certificate.ranges.items() if name != NET_EMISSIONS
        }
        units = {name: certificate.indicators[name].unit for name in others}
        names = {name: label(name, lang, self.plan.instance.classes) for name in others}
        return (*said, *other_changes(others, units, names, words))

    def look_first(self, lang: str) -> tuple[str, ...]:
        """What to look at first, in words, zh or en: classes that vanish, waters that become another class,
        classes of which more than half changes."""
        return look_first(self.plan, lang)


def run(
    study: Loaded | str | Path,
    *,
    prices: bool = False,
    out: str | Path | None = None,
    gap: float | None = None,
    time_limit: float | None = None,
    method: str | None = None,
    threads: int | None = None,
    watch: Watch | None = None,
) -> RunResult:
    """The plan of a study, and its folder ``out`` written whole or not at all (None: nothing is written).

    ``prices`` also looks for how far prices hold and what each red line costs, in tCO2e/yr. Settings not
    given are the study's own: ``gap`` relative, ``time_limit`` in seconds, ``method`` auto, exact or
    decompose. ``watch.report`` hears of every step, from another thread; once ``watch.stop`` is set the solve
    ends with the best plan so far and the event is cleared; set again, prices still to be found are left out.

    Raises ``StudyError`` (the input is wrong, or ``out`` cannot be written; before anything is solved where
    that can be told) or ``NoPlan`` (why there is none).

    >>> result = planner.run("study.toml", out="out/base")
    >>> result.plan.certificate.status, (result.folder / "report.html").is_file()
    ('optimal', True)
    """
    loaded = loaded_from(study)
    settings = Overrides(gap=gap, time_limit=time_limit, method=method, threads=threads)
    with place_for(out) as place:
        return run_into(place, loaded, settings, watch or Watch(), prices=prices)


def run_into(
    place: Place, loaded: Loaded, settings: Overrides, watch: Watch, *, prices: bool = False
) -> RunResult:
    """Solve, price and write a study into a place; see ``run``."""
    settings_of(loaded.study, **settings)
    if prices:
        refuse_models(loaded.study, "--prices")
    watch.report(Step("reading", 0.0))
    _ = loaded.problem
    with second(len(loaded.instance) if place.draft is not None else 0) as beside:
        watch.report(Step("solving", 0.0))
        plan = aside(lambda: optimise(loaded, **settings, watch=watch))
        watch.stop.clear()  # it was heard: what follows can be stopped anew
        costs = aside(lambda: prices_of(plan, watch)) if prices else None
        plan = plan if costs is None else costs.plan
        if place.draft is not None and place.out is not None:
            watch.report(Step("writing", 0.0))
            with writing(place.out):
                if costs is not None:
                    write_prices(costs, place.draft)
                fill(plan, place.draft, beside=beside)
    return RunResult(plan, costs, place.out)
