"""The draws of a robustness sweep: coefficients and stated figures, given, drawn, or of other sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from formulations.sampling.regret import AS_GIVEN, Draw
from instances.carbon.coefficients import Coefficient, CoefficientSet
from instances.carbon.conversion import rates_with_layers
from instances.carbon.draws import Together, draw_sets, key_of, label, stated_shares, uncertain
from instances.carbon.notes import tell_gaps
from instances.carbon.study_set import study_set
from instances.land.stated_draws import at_shares, columns, lines_of
from instances.study.findings import Findings
from planner.plans.optimise import Loaded
from words.said import say

MOST_DRAWS = 1_000


@dataclass(frozen=True, eq=False)
class Drawn:
    """The draws, the set of coefficients behind each, the coefficients that were drawn, and the classes of
    the study."""

    draws: tuple[Draw, ...]
    sets: tuple[CoefficientSet, ...]
    rows: tuple[Coefficient, ...]
    classes: tuple[str, ...] = ()

    def table(self) -> pd.DataFrame:
        """One row a draw: its name, then the value of every coefficient that was drawn, tCO2e/ha (and year),
        and of every figure that the study states with a range, in its unit a hectare; empty where another set
        lacks it."""
        table: dict[str, list[object]] = {"draw": [draw.name for draw in self.draws]}
        for row in self.rows:
            found = [one.rows.get(key_of(row)) for one in self.sets]
            table[label(row)] = [None if cell is None else cell.value for cell in found]
        stated = [columns(draw.stated or {}, self.classes) for draw in self.draws]
        table |= {name: [one[name] for one in stated] for name in stated[0]}
        return pd.DataFrame(table)


def read_draws(loaded: Loaded, count: int, together: Together, seed: int, others: Sequence[str]) -> Drawn:
    """The study as given, ``count`` draws from its ranges, and the sets named in ``others``.

    ``StudyError`` with everything that is wrong with options and sets.
    """
    findings, instance, folder = Findings(), loaded.instance, loaded.source.folder
    study, classes = instance.study, instance.classes
    has_total = study.carbon.has_energy
    if not 0 <= count <= MOST_DRAWS:
        fault = say("figures_robust.no_number", count=count)
        findings.error("--draws", fault, say("figures_robust.most", most=MOST_DRAWS))
    own = study_set(study, folder, classes, findings)
    named = {}
    for name in others:
        found = study_set(study, folder, classes, findings, name)
        if found is not None:
            tell_gaps(found, classes, has_total, findings)
            named[name] = found
    findings.raise_errors()
    if own is None:
        raise RuntimeError("the coefficients of a study that was read are missing")
    rows, lines = uncertain(own, classes, has_total), lines_of(instance.stated)
    if count and not rows and not lines:
        findings.error(
            "--draws",
            say("figures_robust.no_range", set=own.name),
            say("figures_robust.give_range"),
        )
    if not count and not named:
        findings.error("--draws", say("figures_robust.nothing"), say("figures_robust.give"))
    findings.raise_errors()
    sets = [own, *draw_sets(own, rows, count, together, seed), *named.values()]
    names = [AS_GIVEN, *(f"draw {number + 1}" for number in range(count)), *named]
    shares = stated_shares(rows, lines, count, together, seed)
    stated = [instance.stated, *(at_shares(instance.stated, share) for share in shares)]
    stated += [instance.stated] * len(named)
    draws = [
        Draw(name, rates_with_layers(one, study, classes, instance.today_ha, findings, instance.layers), each)
        for name, one, each in zip(names, sets, stated, strict=True)
    ]
    told = draws[0].rates.notices
    draws[: count + 1] = [
        replace(draw, rates=replace(draw.rates, notices=told)) for draw in draws[: count + 1]
    ]
    findings.raise_errors()
    return Drawn(tuple(draws), tuple(sets), rows, classes.names)
