"""The report of a front: the trade-off between two indicators, with every plan certified."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from instances.instance import Instance, read
from instances.study.file import load_study
from instances.study.findings import Finding, StudyError
from instances.study.schema import Label
from instances.units.grid import Layout
from planner.pages.map_images import Mapper
from planner.pages.picture_texts import land_picture
from planner.pages.rendered import render
from planner.pareto.chart import charts, describe
from planner.recount.layers.reread import read_layout
from planner.recount.ledger import Ledger
from planner.report.land import swatch
from planner.words.crs_names import crs_label
from planner.words.indicator_names import label
from planner.words.notices import told
from planner.words.scenario_names import scenario_label
from planner.words.solve_names import settings_named
from words.catalogue import MINUS, Words, difference, figure
from words.numbers import not_above, not_below
from words.said import say

TREE = "front.json"
MOST_MAPS = 9
"""Plans shown on maps: the ends, the knee, and others spread between them."""


@dataclass(frozen=True, slots=True)
class PointRow:
    """One plan of a front, as the table shows it."""

    number: str
    values: tuple[str, ...]
    best: tuple[str, ...]
    gap: str
    folder: str
    knee: bool
    slope: str
    """What one more unit of the first quantity costs or gains in the second, since the plan before."""


def is_front(folder: Path) -> bool:
    """True where a folder holds a finished front."""
    return (folder / TREE).is_file()


def front_page(folder: Path, lang: str | None = None, known: Instance | None = None) -> str:
    """The text of the report of a front's folder; ``lang`` is zh or en, by default the study's.

    ``known`` is the instance of the front where it is at hand; else it is read from the folder's study.
    Raises ``StudyError`` where the folder or the inputs cannot be read, or changed since.
    """
    tree = _tree(folder / TREE)
    points: list[dict[str, Any]] = tree["points"]
    source = load_study(folder / points[0]["folder"] / "study.toml")
    own = source.base.lang
    words = Words(lang or own)
    if known is None:
        instance = read(source)
        _refuse_changed(folder, tree, points[0]["folder"], instance)
    else:
        instance = known
    mapper = Mapper(instance)
    lines = mapper.lines()
    pictures = [
        land_picture(mapper, "today", str(words("maps.today")), instance.today, words, lines, "today")
    ]
    knee = (tree["knee"] or {}).get("point")
    for point in chosen(points, knee):
        layout = _layout(folder / point["folder"], instance)
        name = str(words("front.knee_plan" if point["point"] == knee else "front.plan", n=point["point"]))
        pictures.append(land_picture(mapper, f"point-{point['point']}", name, layout, words, (), "today"))
    context = _figures(tree, instance, words, own) | {
        "ground": mapper.ground,
        "border": mapper.border(),
        "maps": pictures,
        "shown": (1, len(pictures) - 1) if len(pictures) > 2 else (0, 1),
        "lines": lines,
    }
    return render("front.html", words, context)


def _figures(tree: dict[str, Any], instance: Instance, words: Words, own: str) -> dict[str, Any]:
    """What the page tells besides its maps; ``own`` is the study's language."""
    points, knee = tree["points"], (tree["knee"] or {}).get("point")
    axes = [_axis(axis, instance, words) for axis in tree["axes"]]
    return {
        "title": tree["title"],
        "scenario": scenario_label(tree["scenario"], words, instance.study.label),
        "found": _found(tree, axes, words, own, instance.study.label),
        "axes": axes,
        "units": [words.unit(axis["unit"]) for axis in tree["axes"]],
        "charts": charts(describe(tree, instance.classes, words)),
        "points": [
            _row(point, before, tree, knee, words)
            for before, point in zip([None, *points], points, strict=False)
        ],
        "slope": words(
            "front.slope", y=words.unit(tree["axes"][1]["unit"]), x=words.unit(tree["axes"][0]["unit"])
        ),
        "crs": crs_label(instance.grid.crs.name, words),
        "area": words.amount(instance.grid.total_ha, "ha"),
        "legend": [(*swatch(item), item.label(words.lang)) for item in instance.classes],
        "extras": (),
        "accuracy": words.gap(float(tree["accuracy"])),
        "marks": list(told(instance.emissions.notices, words.lang)),
        "inputs": list(tree["inputs"].items()),
        "versions": list(tree["versions"].items()),
        "settings": settings_named(tree["settings"], words),
    }


def chosen(points: Sequence[dict[str, Any]], knee: int | None) -> list[dict[str, Any]]:
    """The points shown on maps: all where they are few, else both ends, the knee and some between."""
    if len(points) <= MOST_MAPS:
        return list(points)
    step = (len(points) - 1) / (MOST_MAPS - 2)
    numbers = {round(n * step) for n in range(MOST_MAPS - 1)}
    numbers |= {n for n, point in enumerate(points) if point["point"] == knee}
    return [points[n] for n in sorted(numbers)]


def _tree(path: Path) -> dict[str, Any]:
    try:
        tree: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        what = say("figures_files.unreadable", fault=str(fault))
        raise StudyError([Finding(str(path), what, say("figures_front.again"))]) from None
    return tree


def _refuse_changed(folder: Path, tree: dict[str, Any], point: str, instance: Instance) -> None:
    """``StudyError`` naming every input that is not what the front was traced on."""
    now = {(folder / point / path).resolve(): sha for path, sha in instance.inputs.items()}
    changed = [
        Finding(str(folder / path), say("figures_front.changed"), say("figures_front.again"))
        for path, sha in tree["inputs"].items()
        if now.get((folder / path).resolve()) != sha
    ]
    if changed:
        raise StudyError(changed)


def _layout(folder: Path, instance: Instance) -> Layout:
    layout = read_layout(folder, instance, ledger := Ledger())
    if layout is None or ledger.differences:
        faults = [Finding(str(folder), str(one), say("figures_front.again")) for one in ledger.differences]
        raise StudyError(faults)
    return layout


def _axis(axis: dict[str, Any], instance: Instance, words: Words) -> str:
    return label(axis["indicator"], words.lang, instance.classes)


def _unit(axis: dict[str, Any], words: Words) -> str:
    return words.unit(axis["unit"])


def slope_of(before: dict[str, Any] | None, point: dict[str, Any], x: str, y: str) -> str:
    """By how much the second quantity changes for one unit of the first, from a plan to the next."""
    if before is None:
        return "–"
    across = point["values"][x] - before["values"][x]
    return "–" if not across else difference((point["values"][y] - before["values"][y]) / across)


def _row(
    point: dict[str, Any], before: dict[str, Any] | None, tree: dict[str, Any], knee: int | None, words: Words
) -> PointRow:
    names = [axis["indicator"] for axis in tree["axes"]]
    return PointRow(
        str(point["point"]),
        tuple(figure(point["values"][name]) for name in names),
        tuple(_limit(point["best"][axis["indicator"]], axis) for axis in tree["axes"][:2]),
        words.gap(point["gap"]),
        point["folder"],
        point["point"] == knee,
        slope_of(before, point, names[0], names[1]),
    )


def _limit(value: float, axis: dict[str, Any]) -> str:
    """What no plan can be better than, rounded so that it stays that."""
    shown = not_above(value) if axis["way"] == "min" else not_below(value)
    return shown.replace("-", MINUS)


def _found(
    tree: dict[str, Any], axes: Sequence[str], words: Words, own: str, label: Label | None
) -> list[Markup]:
    """What the front shows: its ends, what stands in between, and what it tells of itself."""
    points, indicators = tree["points"], tree["axes"]
    sentences = [
        words.count(
            "front.found",
            len(points),
            x=words.inside(axes[0]),
            y=words.inside(axes[1]),
            scenario=scenario_label(tree["scenario"], words, label),
        ),
    ]
    for name, axis in zip(axes[:2], indicators[:2], strict=True):
        values = [point["values"][axis["indicator"]] for point in points]
        low, high = (words.amount(value, axis["unit"]) for value in (min(values), max(values)))
        told = words("front.range", name=name, low=low, high=high)
        sentences.append(words("front.alone", name=name, value=low) if low == high else told)
    if words.lang == own:
        sentences += [escape(text.replace("tCO2e", "tCO₂e")) for text in tree["sentences"]]
    elif tree["knee"] is not None:
        sentences.append(words("front.at_knee", n=tree["knee"]["point"]))
    sentences.append(words("front.proven", accuracy=words.gap(float(tree["accuracy"]))))
    return sentences
