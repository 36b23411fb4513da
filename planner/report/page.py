"""The report of a plan: one page of HTML that holds everything it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from formulations.sensitivity.difference import Interval
from planner.pages.map_images import Line, Mapper
from planner.pages.picture_texts import change_told, land_picture
from planner.pages.rendered import MapPicture, render
from planner.plans.plan import Plan
from planner.report.account import account_chapter
from planner.report.brief import brief
from planner.report.buildings import buildings_of
from planner.report.carbon_account import carbon
from planner.report.cost_maps import cost_maps
from planner.report.cycle import cycle_chapter
from planner.report.indicator_table import indicator_rows
from planner.report.land import land_rows, matrix, present, swatch
from planner.report.life_cycle import ledger_chapter
from planner.report.limits import divisions, edges, whole_limits
from planner.report.measures import measures_chapter
from planner.report.network import network_chapter
from planner.report.payments import payment_chapter
from planner.report.policies import policy_chapter
from planner.report.proof import proof
from planner.report.reasons import reasons_chapter
from planner.report.redlines import conflict_rows, line_rows, read_costs
from planner.report.regions import region_rows
from planner.report.schedule import schedule_chapter
from planner.report.score import score_chapter
from planner.report.services import services_chapter
from planner.report.stages import stage_chapter
from planner.report.subject import Subject
from planner.report.summary import asked, cards, found
from planner.report.townships import township_chapter, zone_rows
from planner.report.transitions import diagrams
from planner.report.vegetation import annex
from planner.styles.change_colours import change_legend, changes_of
from planner.styles.layer_styles import hexadecimal, near_white
from planner.words.crs_names import crs_label
from words.catalogue import Words


def write_report(plan: Plan, path: Path, lang: str | None = None) -> None:
    """Write the report of a plan to ``path``; ``lang`` is zh or en, by default the study's.

    What red lines cost is told where the folder of ``path`` holds it.
    """
    costs = read_costs(path.parent)
    path.write_text(report_page(plan, lang or plan.instance.study.lang, costs, path.parent), encoding="utf-8")


def report_page(
    plan: Plan, lang: str, costs: Mapping[str, Interval] | None = None, folder: Path | None = None
) -> str:
    """The text of the report of a plan; ``costs`` is what red lines cost as a whole, by their names, and
    ``folder`` may hold what their patches cost."""
    words = Words(lang)
    return render("run.html", words, _run(Subject(plan, words), costs or {}, folder))


def _run(subject: Subject, costs: Mapping[str, Interval], folder: Path | None) -> dict[str, Any]:
    """What the page of one plan shows."""
    mapper = Mapper(subject.instance)
    lines = mapper.lines()
    conflicts, more_conflicts = conflict_rows(subject)
    maps = map_pictures(subject, mapper, lines)
    return {
        "s": subject,
        "title": subject.certificate.title,
        "score": score_chapter(subject),
        "found": found(subject),
        "cards": cards(subject),
        "asked": asked(subject),
        "policies": policy_chapter(subject),
        "ground": mapper.ground,
        "border": mapper.border(),
        "maps": maps,
        "brief": brief(subject),
        "brief_map": replace(maps[1], key="brief", lines=lines),
        "lines": lines,
        "shown": (0, 1),
        "crs": crs_label(subject.instance.grid.crs.name, subject.words),
        "extras": _change_legend(subject),
        "legend": [(*swatch(item), subject.land(item)) for item in present(subject)],
        "stages": stage_chapter(subject, mapper),
        "life_cycle": ledger_chapter(subject),
        "reasons": reasons_chapter(subject, mapper),
        "indicators": indicator_rows(subject),
        "regions": region_rows(subject),
        "payments": payment_chapter(subject),
        "land": land_rows(subject),
        "diagrams": diagrams(subject),
        "matrix": matrix(subject),
        "zones": zone_rows(subject),
        "townships": township_chapter(subject, mapper),
        "carbon": carbon(subject),
        "buildings": buildings_of(subject),
        "network": network_chapter(subject, mapper),
        "cycle": cycle_chapter(subject),
        "services": services_chapter(subject),
        "measures": measures_chapter(subject),
        "schedule": schedule_chapter(subject, mapper),
        "account": account_chapter(subject, mapper),
        "redlines": line_rows(subject, lines, costs),
        "costs_known": bool(costs),
        "cost_maps": cost_maps(subject, mapper, folder),
        "conflicts": conflicts,
        "more_conflicts": more_conflicts,
        "limits": whole_limits(subject),
        "divisions": divisions(subject),
        "edges": edges(subject),
        "proof": proof(subject),
        "annex": annex(subject),
        "marks": subject.marks,
        "findings": [(str(each.severity), each.told(subject.words.lang)) for each in subject.plan.findings],
    }


def _change_legend(subject: Subject) -> list[tuple[str, str, str]]:
    """The legend of the map of changes: fill, edge, and what it means."""
    found = changes_of(subject.instance, subject.plan.layout)
    named = change_legend(found, subject.instance, subject.words)
    return [
        (hexadecimal(fill), "#bbbbbb" if near_white(fill) else hexadecimal(fill), name)
        for fill, name in named
    ]


def map_pictures(subject: Subject, mapper: Mapper, lines: tuple[Line, ...]) -> tuple[MapPicture, ...]:
    """Today, plan and change; red lines are drawn over the change, where they hide least."""
    words, plan = subject.words, subject.plan
    return (
        land_picture(mapper, "today", words.text("maps.today"), plan.instance.today, words),
        land_picture(mapper, "plan", words.text("maps.plan"), plan.layout, words),
        MapPicture(
            "change",
            str(words("maps.change")),
            mapper.change(plan.layout),
            lines,
            told=change_told(plan.instance, plan.layout, words),
        ),
    )
