"""A comparison from a study to its folder: scenarios solved, priced where that is asked for, written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from formulations.core.solution import Step, Watch
from planner.compare.ask import Alternative, Comparison
from planner.compare.ask import compare as compare_scenarios
from planner.compare.folder import RECORD, fill_comparison
from planner.compare.sentences import cost_in_words, gap_advice, relaxations
from planner.plans.aside import aside
from planner.plans.optimise import Loaded
from planner.prices.ask import Prices, prices_of
from planner.runs.place import place_for
from planner.runs.whole import writing
from planner.sweeps.sweep import Tally


@dataclass(frozen=True, eq=False)
class ComparisonResult:
    """A comparison; prices of every plan by its title, where they were asked for; the folder (None: none)."""

    comparison: Comparison
    prices: Mapping[str, Prices] = field(default_factory=dict)
    folder: Path | None = None

    @property
    def tally(self) -> Tally:
        """What the sweep took."""
        return self.comparison.tally

    def cost_in_words(self, each: Alternative, lang: str | None = None) -> str:
        """What an alternative costs more or less than the first, never more certain than it is proven."""
        return cost_in_words(self.comparison, each, lang)

    def gap_advice(self, lang: str) -> str:
        """That the gaps do not tell all alternatives apart, and what would; empty where they do."""
        return gap_advice(self.comparison, lang)

    def relaxations(self, each: Alternative, lang: str) -> str:
        """The limits that an alternative had to have loosened; empty where there are none."""
        return relaxations(each.why, lang)


def compare(
    study: Loaded | str | Path,
    scenarios: Sequence[str] | None = None,
    *,
    lang: str | None = None,
    prices: bool = False,
    out: str | Path | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    gap: float | None = None,
    time_limit: float | None = None,
    method: str | None = None,
    threads: int | None = None,
    watch: Watch | None = None,
) -> ComparisonResult:
    """One plan for each scenario of a study file, and what is known of their differences.

    ``scenarios`` (None: all, in the order of the file) begin with the one the others are compared with; one
    that no layout can meet is compared with its smallest relaxation. ``result.comparison.cost(other)`` is the
    interval, in tCO2e/yr, in which what another scenario costs more than the first lies; ``differs_ha`` the
    land planned otherwise, ha. ``time_limit`` (s) holds for each scenario; ``prices`` and the other settings
    as for ``run``, ``out``, ``workers`` and ``cluster`` as for ``front``; ``lang`` (zh or en) takes the place
    of the study's. Once ``watch.stop`` is set,
    scenarios still to be solved are left out and the event is cleared.

    Raises ``StudyError`` (the input is wrong) or ``NoPlan`` (no scenario has a plan).

    >>> comparison = planner.compare("study.toml", ["base", "loose"]).comparison
    >>> [each.title for each in comparison.alternatives]
    ['base', 'loose']
    >>> comparison.cost(comparison.others[0]).high <= 0  # more freedom costs nothing
    True
    """
    watch = watch or Watch()
    with place_for(out, RECORD) as place:
        comparison = aside(
            lambda: compare_scenarios(
                study,
                scenarios,
                lang=lang,
                workers=workers,
                cluster=cluster,
                out=place.out,
                gap=gap,
                time_limit=time_limit,
                method=method,
                threads=threads,
                watch=watch,
            )
        )
        watch.stop.clear()  # it was heard: what follows can be stopped anew
        costs = aside(lambda: _prices(comparison, watch)) if prices else {}
        comparison = _told(comparison, costs)
        if place.draft is not None and place.out is not None:
            watch.report(Step("writing", 0.0))
            with writing(place.out):
                fill_comparison(comparison, place.draft, costs or None, workers)
    return ComparisonResult(comparison, costs, place.out)


def _prices(comparison: Comparison, watch: Watch) -> dict[str, Prices]:
    """Prices and opportunity costs of every plan, by its title."""
    return {each.title: prices_of(each.plan, watch) for each in comparison.alternatives}


def _told(comparison: Comparison, prices: Mapping[str, Prices]) -> Comparison:
    """The comparison with the prices found in its plans' certificates."""
    found = (
        replace(each, plan=prices[each.title].plan) if each.title in prices else each
        for each in comparison.alternatives
    )
    return replace(comparison, alternatives=tuple(found))
