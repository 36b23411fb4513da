"""The report of a robustness sweep: what each plan can lose, and which one to choose."""

from __future__ import annotations

from pathlib import Path

from formulations.sampling.agreement import agreement
from instances.instance import Instance
from planner.agreement.page import PlanTable, contents, land_sentences, page_of
from planner.pages.rendered import render
from planner.robust.tables import TREE
from planner.runs.several import Record, layouts_of, read_record, shared_area
from planner.words.draw_names import draw_name
from words.catalogue import Words, figure


def is_robust(folder: Path) -> bool:
    """True where a folder holds a finished robustness sweep."""
    return (folder / TREE).is_file()


def robust_page(folder: Path, lang: str | None = None, known: Instance | None = None) -> str:
    """The text of the report of a robustness sweep's folder; ``lang`` is zh or en, by default the study's.

    ``known`` is the area where it is at hand. Raises ``StudyError`` where the folder cannot be read.
    """
    tree = read_record(folder / TREE)
    instance = known or shared_area(folder, tree)
    words = Words(lang or instance.study.lang)
    layouts = layouts_of(folder, tree, instance)
    chosen = str(tree["chosen"])
    under = [layouts[str(draw["plan"])] for draw in tree["draws"]]
    firm = agreement(layouts[chosen], under, len(instance.classes))
    shown = {chosen: layouts[chosen]} | {name: one for name, one in layouts.items() if name != chosen}
    tables = (_plans(tree, words), _draws(tree, words))
    context = page_of(instance, shown, (firm, len(under)), words, tree) | {
        "kind": words("page.robust"),
        "contents": contents(tables, words),
        "found": [*_found(tree, words), *land_sentences(tree["land"], words)],
        "tables": tables,
        "proof": words("several.robust_proof"),
    }
    return render("several.html", words, context)


def _found(tree: Record, words: Words) -> list[object]:
    """Which plan to choose, and what that is worth beside the plan for the coefficients as given."""
    of = {plan["plan"]: plan["greatest_regret"] for plan in tree["plans"]}
    chosen, given = str(tree["chosen"]), str(tree["plans"][0]["plan"])
    found: list[object] = [
        words.count("several.robust", len(tree["plans"]), draws=len(tree["draws"])),
        words("several.chosen", n=chosen, regret=_interval(of[chosen], words)),
    ]
    if chosen != given:
        found.append(words("several.given", n=given, regret=_interval(of[given], words)))
    return found


def _interval(ends: list[float | None], words: Words) -> str:
    """An interval of regrets; where a plan breaks a limit under some draw there is no end of it."""
    low, high = ends
    if low is None or high is None:
        return words.text("several.breaks")
    unit = words.unit("tCO2e/yr")
    return words.text("several.interval", low=figure(low), high=figure(high), unit=unit)


def _plans(tree: Record, words: Words) -> PlanTable:
    """The greatest regret of each plan, and by which draw it was found."""
    columns = (
        words.text("front.point"),
        words.text("several.found_by"),
        words.text("several.greatest"),
        words.text("front.folder"),
    )
    rows = tuple(
        (
            str(plan["plan"]),
            (draw_name(plan["found_by"], words), _interval(plan["greatest_regret"], words), plan["folder"]),
        )
        for plan in tree["plans"]
    )
    lead = words("several.regret_lead")
    return PlanTable("plans", words("several.regrets"), lead, columns, rows, frozenset({str(tree["chosen"])}))


def _draws(tree: Record, words: Words) -> PlanTable:
    """The best possible under every draw, and the plan that reaches it."""
    columns = (words.text("several.draw"), words.text("several.best"), words.text("front.point"))
    rows = tuple(
        (draw_name(draw["draw"], words), (_interval(draw["best"], words), str(draw["plan"])))
        for draw in tree["draws"]
    )
    return PlanTable("draws", words("several.draws"), words("several.draws_lead"), columns, rows)
