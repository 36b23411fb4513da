"""The report of alternatives: plans nearly as good side by side, and where they agree."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from formulations.sampling.agreement import agreement
from instances.instance import Instance
from planner.agreement.page import PlanTable, contents, indicator_table, land_sentences, page_of
from planner.alternatives.tables import TREE
from planner.pages.rendered import render
from planner.plans.plan import Certificate
from planner.runs.several import Record, layouts_of, read_record, shared_area
from words.catalogue import Words, figure

_DIFFERENCES = "differences.csv"


def are_alternatives(folder: Path) -> bool:
    """True where a folder holds finished alternatives."""
    return (folder / TREE).is_file()


def alternatives_page(folder: Path, lang: str | None = None, known: Instance | None = None) -> str:
    """The text of the report of a folder of alternatives; ``lang`` is zh or en, by default the study's.

    ``known`` is their area where it is at hand. Raises ``StudyError`` where the folder cannot be read.
    """
    tree = read_record(folder / TREE)
    instance = known or shared_area(folder, tree)
    words = Words(lang or instance.study.lang)
    layouts = layouts_of(folder, tree, instance)
    reference, *_ = layouts.values()
    firm = agreement(reference, list(layouts.values()), len(instance.classes))
    tables: tuple[PlanTable, ...] = (_plans(tree, words),)
    farthest = max(plan["distance_at_most"] for plan in tree["plans"])
    different = 1 + sum(min(plan["differs_ha"], default=0.0) > 0 for plan in tree["plans"])
    found = [words.count("several.alternatives", different, most=words.gap(farthest))]
    if different > 1:
        tables += _pairs(folder, tree, words), _indicators(folder, tree, instance, words)
        found += [*land_sentences(tree["land"], words), words("several.free_choice")]
    context = page_of(instance, layouts, (firm, len(layouts)), words, tree) | {
        "kind": words("page.alternatives"),
        "contents": contents(tables, words),
        "found": found,
        "tables": tables,
        "proof": words("several.alternatives_proof"),
    }
    return render("several.html", words, context)


def _plans(tree: Record, words: Words) -> PlanTable:
    """How far each plan is from the best possible at the most, and from the plans before it at the least."""
    unit = words.unit("tCO2e/yr")
    columns = (
        words.text("front.point"),
        words.text("several.objective", unit=unit),
        words.text("several.distance"),
        words.text("several.least_difference"),
        words.text("front.folder"),
    )
    rows = []
    for plan in tree["plans"]:
        apart = plan["differs_ha"]
        least = figure(min(apart)) if apart else "–"
        cells = (figure(plan["objective"]), words.gap(plan["distance_at_most"]), least, plan["folder"])
        rows.append((plan["plan"], cells))
    best = frozenset({tree["plans"][0]["plan"]})
    return PlanTable("plans", words("several.plans"), words("several.plans_lead"), columns, tuple(rows), best)


def _pairs(folder: Path, tree: Record, words: Words) -> PlanTable:
    """The land on which any two plans differ."""
    table = pd.read_csv(folder / _DIFFERENCES, encoding="utf-8-sig", dtype={"plan": str})
    names = [plan["plan"] for plan in tree["plans"]]
    cells = table[names].to_numpy(dtype=float)
    rows = [
        (name, tuple("–" if n == k else figure(float(value)) for k, value in enumerate(cells[n])))
        for n, name in enumerate(names)
    ]
    columns = (words.text("front.point"), *(words.text("front.plan", n=name) for name in names))
    return PlanTable("pairs", words("several.pairs"), words("several.pairs_lead"), columns, tuple(rows))


def _indicators(folder: Path, tree: Record, instance: Instance, words: Words) -> PlanTable:
    """Every indicator in every plan, from the certificates."""
    held = {
        plan["plan"]: Certificate.model_validate_json(
            (folder / plan["folder"] / "certificate.json").read_text(encoding="utf-8")
        ).indicators
        for plan in tree["plans"]
    }
    first, *_ = held.values()
    values = {name: {plan: held[plan][name].value for plan in held} for name in first}
    units = {name: record.unit for name, record in first.items()}
    return indicator_table(values, units, instance, words)
