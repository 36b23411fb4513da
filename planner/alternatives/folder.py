"""The folder of alternatives: how far from the best, how different, how firm, and every plan.

``alternatives.csv``  one row a plan: objective, distance from the best possible, difference, every indicator
``differences.csv``   the land on which any two plans differ, ha
``alternatives.json`` the same with bounds, settings and inputs
``agreement.tif``     for every cell in how many plans it keeps the best plan's class (parcels: ``.gpkg``)
``agreement.png``     the same as a map
``report.html``       the page for readers
``plans/NN``          every plan, with its certificate
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from formulations.sampling.agreement import Agreement, agreement
from formulations.sampling.alternatives import Alternative, Alternatives
from formulations.sampling.questions import Answer, Question
from planner.agreement.measure import write_agreement
from planner.alternatives.tables import TREE, alternative_table, difference_table
from planner.export.tables import write_csv
from planner.plans.versions import versions
from planner.runs.kept import Keeper, judged_by
from planner.runs.profiles import REPORT
from planner.runs.resolved import moved
from planner.sweeps.sweep import Sweep
from planner.words.notices import told
from planner.words.scenario_names import scenario_label
from words.catalogue import Words

SCHEMA = "sansheng-alternatives-1"
PLANS = "plans"
NAMES = frozenset(
    (
        TREE,
        REPORT,
        "alternatives.csv",
        "differences.csv",
        "agreement.tif",
        "agreement.gpkg",
        "agreement.png",
        PLANS,
    )
)


def write_alternatives(
    found: Alternatives, sweep: Sweep, keeper: Keeper, draft: Path, within: str
) -> Agreement:
    """Write every file of a set of alternatives into a folder."""
    from planner.agreement.picture import draw_agreement  # noqa: PLC0415 - the drawing library is slow to load

    instance, lang = keeper.loaded.instance, keeper.loaded.study.lang
    plans = [keeper.write(*_as_plan(found, plan), draft / PLANS / plan.folder) for plan in found.plans]
    alike = agreement(found.plans[0].layout, found.layouts, len(instance.classes))
    write_agreement(alike, instance, draft, "agreement")
    _csv(alternative_table(found, keeper), draft / "alternatives.csv")
    _csv(difference_table(found, keeper), draft / "differences.csv")
    tree = _tree(found, sweep, keeper, alike, draft, within)
    text = json.dumps(tree, ensure_ascii=False, indent=2, allow_nan=False)
    (draft / TREE).write_text(text + "\n", encoding="utf-8")
    words = Words(lang)
    scenario = scenario_label(instance.scenario, words, instance.study.label)
    line = words.text("alternatives.line", n=len(found.plans), scenario=scenario)
    draw_agreement(alike, plans[0], len(found.plans), draft / "agreement.png", lang, line)
    from planner.alternatives.page import alternatives_page  # noqa: PLC0415 - slow to load as well

    (draft / REPORT).write_text(alternatives_page(draft, lang, instance), encoding="utf-8")
    return alike


def _as_plan(found: Alternatives, plan: Alternative) -> tuple[Question, Answer]:
    """An alternative as a plan of the study, as near to the best possible as it is."""
    first = found.plans[0]
    if plan is first:
        return first.question, first.answer
    return judged_by(plan.question.name, plan.layout, first.question, first.answer)


def _tree(
    found: Alternatives, sweep: Sweep, keeper: Keeper, alike: Agreement, draft: Path, within: str
) -> dict[str, Any]:
    loaded, instance = keeper.loaded, keeper.loaded.instance
    areas = alike.areas_ha(instance.today, instance.grid.area_ha)
    standing = ("stays_ha", "firm_change_ha", "mostly_ha", "fragile_ha")
    return {
        "schema": SCHEMA,
        "title": instance.study.title,
        "scenario": instance.scenario,
        "within": within,
        "bound": found.bound,
        "objective_at_most": found.most,
        "unit": "tCO2e/yr",
        "plans": [
            {
                "plan": plan.folder,
                "objective": plan.objective,
                "distance_at_most": plan.distance,
                "differs_ha": list(plan.differs_ha),
                "sum_at_most_ha": plan.at_most_ha,
                "folder": f"{PLANS}/{plan.folder}",
            }
            for plan in found.plans
        ],
        "plans_asked": found.asked,
        "land": dict(zip(standing, areas.tolist(), strict=True)),
        "marks": list(told(instance.emissions.notices, instance.study.lang)),
        "inputs": {moved(path, loaded.source.folder, draft): sha for path, sha in instance.inputs.items()},
        "versions": versions(),
        "settings": asdict(sweep.settings),
    }


def _csv(table: pd.DataFrame, path: Path) -> None:
    write_csv(table, path)
