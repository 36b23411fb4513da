"""The report of a comparison: the plans of several scenarios side by side, and what each costs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from formulations.sensitivity.difference import Interval
from instances.land.classes import LandClass
from instances.study.findings import Finding, StudyError
from planner.compare.sentences import difference_in_words
from planner.compare.tables import CAPS
from planner.export.tables import as_written
from planner.maps.sheet import columns_of
from planner.pages.map_images import DIFFERS, Mapper
from planner.pages.picture_texts import land_told, marked_told
from planner.pages.rendered import MapPicture, render
from planner.plans.plan import Plan
from planner.prices.worth import worth_of
from planner.report.land import SPACES, swatch
from planner.report.redlines import cost_text, read_costs
from planner.report.subject import Subject
from planner.runs.reopen import reopen
from planner.styles.layer_styles import hexadecimal
from planner.words.crs_names import crs_label
from planner.words.scenario_names import scenario_label, stated_label
from words.catalogue import MINUS, Words, difference, figure
from words.numbers import change_of, not_above, not_below
from words.said import say

RECORD = "comparison.json"


@dataclass(frozen=True, slots=True)
class ScenarioRow:
    """One scenario: its certified objective, what it costs, and how far its plan differs from the first's."""

    name: str
    status: Markup
    objective: str
    bound: str
    gap: str
    cost: str
    changed: str
    differs: str
    folder: str


@dataclass(frozen=True, slots=True)
class SideRow:
    """A figure today and in every plan, with its difference to the first plan; a heading has no figures."""

    name: str
    unit: str
    today: str
    values: tuple[tuple[str, str], ...]
    swatch: tuple[str, str] | None = None


def is_comparison(folder: Path) -> bool:
    """True where a folder holds a finished comparison."""
    return (folder / RECORD).is_file()


def compare_page(folder: Path, lang: str | None = None, known: Sequence[Plan] | None = None) -> str:
    """The text of the report of a comparison's folder; ``lang`` is zh or en, by default the study's.

    ``known`` are its plans where they are at hand, in the order of ``comparison.json``; else they are opened
    again. Raises ``StudyError`` where that fails.
    """
    tree = _tree(folder / RECORD)
    records: list[dict[str, Any]] = tree["scenarios"]
    plans = known if known is not None else [reopen(folder / one["folder"], lang) for one in records]
    words = Words(lang or plans[0].instance.study.lang)
    subjects = [Subject(plan, words) for plan in plans]
    names = [
        scenario_label(one["title"], words, subject.study.label)
        for one, subject in zip(records, subjects, strict=True)
    ]
    records = [{**one, "title": name} for one, name in zip(records, names, strict=True)]
    tree = {**tree, "scenarios": records}
    costs = [read_costs(folder / one["folder"]) for one in records]
    first = subjects[0]
    mapper = Mapper(first.instance)
    context = {
        "title": tree["title"],
        "area": words.amount(first.instance.grid.total_ha, "ha"),
        "names": names,
        "found": _found(tree, subjects, names),
        "left_out": [(one["name"], one["reason"], one["together"]) for one in tree["left_out"]],
        "scenarios": [
            _scenario(one, subject, name, records[0])
            for one, subject, name in zip(records, subjects, names, strict=True)
        ],
        "indicators": _indicators(subjects),
        "land": _land(subjects),
        "redlines": _redlines(subjects),
        "line_costs": _line_costs(subjects, costs),
        "ground": mapper.ground,
        "border": mapper.border(),
        "maps": _maps(subjects, names, mapper),
        "shown": (1, 2) if len(subjects) > 1 else (0, 1),
        "lines": mapper.lines(),
        "crs": crs_label(first.instance.grid.crs.name, words),
        "legend": [(*swatch(item), first.land(item)) for item in _present(subjects)],
        "extras_heading": "compare.differ",
        "extras": [(hexadecimal(DIFFERS), hexadecimal(DIFFERS), words("compare.differ_here"))],
        "caps": _caps(folder / CAPS, words),
        "marks": _marks(subjects),
        "versions": list(tree["versions"].items()),
    }
    return render("compare.html", words, context)


@dataclass(frozen=True, slots=True)
class CapLine:
    """A cap of a carbon plan in one district; ``kept`` says whether the plan without caps keeps it."""

    district: str
    cap: str
    figures: tuple[str, ...]
    unit: str
    kept: bool
    held: bool


def _caps(path: Path, words: Words) -> tuple[CapLine, ...]:
    """The caps that a folder of a carbon plan holds; none in any other."""
    if not path.is_file():
        return ()
    rows = pd.read_csv(path, encoding="utf-8-sig").to_dict("records")
    return tuple(
        CapLine(
            str(as_written(row["district"])),
            figure(row["at_most"]),
            tuple(
                "–" if pd.isna(row[key]) else figure(row[key])
                for key in ("today", "without_caps", "with_caps")
            ),
            words.unit("" if pd.isna(row["unit"]) else str(row["unit"])),
            row["kept_without"] == "yes",
            row["kept_with"] == "yes",
        )
        for row in rows
    )


def _tree(path: Path) -> dict[str, Any]:
    try:
        tree: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        what = say("figures_files.unreadable", fault=str(fault))
        raise StudyError([Finding(str(path), what, say("figures_compare.again"))]) from None
    return tree


def _found(tree: dict[str, Any], subjects: Sequence[Subject], names: Sequence[str]) -> list[Markup]:
    """What the comparison shows, in sentences."""
    words, first, records = subjects[0].words, subjects[0], tree["scenarios"]
    sentences = [words.count("compare.found", len(names), names=words.series(names))]
    loosened = (name for one, name in zip(records, names, strict=True) if one["relaxed"])
    sentences += [words("compare.relaxed", name=stated_label(name, words)) for name in loosened]
    for one, name in zip(records[1:], names[1:], strict=True):
        text = _cost_text(one, records[0], first)
        sentences.append(words("compare.cost_sentence", name=name, text=text))
    total = first.instance.grid.total_ha
    firm = float(tree["firm_ha"])
    sentences.append(
        words("compare.firm", area=words.amount(firm, "ha"), share=words.share(firm, total), n=len(names))
    )
    return sentences


def _cost_text(one: dict[str, Any], first: dict[str, Any], subject: Subject) -> str:
    """What a scenario costs against the first, from their records; ``subject`` is of the first's land."""
    words, instance = subject.words, subject.instance
    known, interval = one["cost"], None
    if known is not None:
        low, high = known["low"], known["high"]
        interval = Interval(-np.inf if low is None else low, np.inf if high is None else high)
    extra = one["by_first_objective"] - first["objective"]
    relaxed = one["relaxed"] or first["relaxed"]
    said = difference_in_words(
        interval, extra, first["title"], words.lang, relaxed=relaxed, worth=worth_of(instance)
    )
    return _signs(said)


def _signs(text: str) -> str:
    """A sentence with its subscripts and true minus signs."""
    return re.sub(r"(?<![\w.])-(?=\d)", MINUS, text.replace("tCO2e", "tCO₂e"))


def _scenario(one: dict[str, Any], subject: Subject, name: str, first: dict[str, Any]) -> ScenarioRow:
    words = subject.words
    return ScenarioRow(
        name=name,
        status=words(f"status.{one['status']}"),
        objective=_signs(not_below(one["objective"])),
        bound="–" if one["bound"] is None else _signs(not_above(one["bound"])),
        gap=words.gap(one["gap"]),
        cost=str(words("compare.reference")) if one is first else _cost_text(one, first, subject),
        changed=figure(subject.changed.value),
        differs=figure(one["differs_ha"]),
        folder=one["folder"],
    )


def _indicators(subjects: Sequence[Subject]) -> list[SideRow]:
    """The indicators of the objectives, those limited, and all others but areas of classes."""
    asked: list[str] = []
    others: list[str] = []
    for subject in subjects:
        certificate = subject.certificate
        asked += [*certificate.objective_weights, *(limit.indicator for limit in certificate.limits)]
        others += [name for name in certificate.indicators if not name.startswith("area.")]
    order = dict.fromkeys([*asked, *others])
    return [_side(name, subjects) for name in order]


def _side(name: str, subjects: Sequence[Subject], shown: str = "") -> SideRow:
    """An indicator in every plan; a dash where a scenario has no such indicator."""
    records = [subject.certificate.indicators.get(name) for subject in subjects]
    held = next(record for record in records if record is not None)
    base = records[0]
    values = []
    for record in records:
        compared = record is not None and base is not None and record is not base
        change = difference(change_of(record.value, base.value)) if compared and record and base else ""
        values.append(("–" if record is None else figure(record.value), change))
    words = subjects[0].words
    return SideRow(
        shown or subjects[0].indicator(name), words.unit(held.unit), figure(held.baseline), tuple(values)
    )


def _present(subjects: Sequence[Subject]) -> list[LandClass]:
    """The classes with land on them, today or in some plan."""
    layouts = [subjects[0].instance.today, *(subject.plan.layout for subject in subjects)]
    found = set(np.concatenate([np.unique(layout) for layout in layouts]).tolist())
    return [item for number, item in enumerate(subjects[0].instance.classes) if number in found]


def _land(subjects: Sequence[Subject]) -> list[SideRow]:
    """The areas of the three spaces and of their classes, today and in every plan."""
    first = subjects[0]
    rows = []
    for space in SPACES:
        classes = [item for item in _present(subjects) if item.space is space]
        if not classes:
            continue
        rows.append(_side(f"area.{space}", subjects, str(first.words(f"land.{space}"))))
        for item in classes:
            row = _side(f"area.{item.name}", subjects, first.land(item))
            rows.append(SideRow(row.name, row.unit, row.today, row.values, swatch(item)))
    return rows


def _labels(subjects: Sequence[Subject]) -> dict[str, str]:
    """The red lines of all scenarios: their names for readers."""
    labels: dict[str, str] = {}
    for subject in subjects:
        labels |= {line.name: labels.get(line.name, line.label) for line in subject.instance.redlines}
    return labels


def _line_costs(
    subjects: Sequence[Subject], costs: Sequence[Mapping[str, Interval]]
) -> list[tuple[str, tuple[str, ...]]]:
    """What each red line costs in every scenario; empty where that was not looked for in any."""
    if not any(costs):
        return []
    return [
        (label, tuple(cost_text(known.get(name)) for known in costs))
        for name, label in _labels(subjects).items()
    ]


def _redlines(subjects: Sequence[Subject]) -> list[tuple[str, tuple[str, ...]]]:
    """The area inside each red line in every scenario; a dash where a scenario lacks it."""
    labels = _labels(subjects)
    inside = [
        {
            line.name: float(subject.instance.grid.area_ha[line.inside].sum())
            for line in subject.instance.redlines
        }
        for subject in subjects
    ]
    return [
        (label, tuple(figure(areas[name]) if name in areas else "–" for areas in inside))
        for name, label in labels.items()
    ]


def _maps(subjects: Sequence[Subject], names: Sequence[str], mapper: Mapper) -> list[MapPicture]:
    """Today, every plan with the red lines of its scenario, and where the plans differ."""
    words, first = subjects[0].words, subjects[0]
    pictures = [
        MapPicture(
            "today",
            str(words("maps.today")),
            mapper.layout(first.instance.today),
            (),
            "plan-0",
            land_told(first.instance, first.instance.today, words),
        )
    ]
    for number, (subject, name) in enumerate(zip(subjects, names, strict=True)):
        key = f"plan-{number}"
        title = name if columns_of(name) <= 40 else f"{name[:38]}…"
        address, lines = mapper.layout(subject.plan.layout), mapper.lines(subject.instance)
        pictures.append(
            MapPicture(
                key, title, address, lines, key, land_told(subject.instance, subject.plan.layout, words)
            )
        )
    layouts = np.stack([subject.plan.layout for subject in subjects])
    differ = (layouts != layouts[0]).any(axis=0)
    pictures.append(
        MapPicture(
            "differ",
            str(words("compare.differ")),
            mapper.marked(differ),
            (),
            "plan-0",
            marked_told(first.instance, differ, words),
        )
    )
    return pictures


def _marks(subjects: Sequence[Subject]) -> list[str]:
    return list(dict.fromkeys(mark for subject in subjects for mark in subject.marks))
