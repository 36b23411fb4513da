"""The folder of a front: table, picture, certificate of the whole, and every plan.

``front.csv``   one row a point, every indicator
``front.json``  axes, points with their certified intervals, knee, volume, the certified floor, settings
``front.png``   the picture
``report.html`` the page for readers
``points/NN``   the plan of each point, with its certificate and a study file that gives it again
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from formulations.sampling.front import Front, Point, Slice
from planner.export.tables import write_csv
from planner.pareto.sentences import sentences
from planner.pareto.tables import POINTS, front_table
from planner.plans.plan import Plan
from planner.plans.versions import versions
from planner.runs.kept import Keeper
from planner.runs.profiles import REPORT
from planner.runs.resolved import moved
from planner.sweeps.sweep import Sweep
from planner.words.indicator_names import label
from planner.words.notices import told

SCHEMA = "sansheng-front-1"
TABLE, TREE, PICTURE = "front.csv", "front.json", "front.png"
NAMES = frozenset((TABLE, TREE, PICTURE, POINTS, REPORT))


def write_front(front: Front, sweep: Sweep, keeper: Keeper, draft: Path) -> None:
    """Write every file of a front into a folder."""
    from planner.pareto.page import front_page  # noqa: PLC0415 - it draws as well
    from planner.pareto.picture import draw_front  # noqa: PLC0415 - the drawing library is slow to load

    lang = keeper.loaded.study.lang
    plans = [
        keeper.write(point.question, point.answer, draft / POINTS / point.folder) for point in front.points
    ]
    write_csv(front_table(front, plans), draft / TABLE)
    tree = front_tree(front, sweep, keeper, plans, draft)
    text = json.dumps(tree, ensure_ascii=False, indent=2, allow_nan=False)
    (draft / TREE).write_text(text + "\n", encoding="utf-8")
    instance = keeper.loaded.instance
    draw_front(tree, instance.classes, draft / PICTURE, lang, instance.study.label)
    page = front_page(draft, lang, keeper.loaded.instance)
    (draft / REPORT).write_text(page, encoding="utf-8")


def front_tree(front: Front, sweep: Sweep, keeper: Keeper, plans: list[Plan], draft: Path) -> dict[str, Any]:
    """The front as it stands in ``front.json``."""
    loaded = keeper.loaded
    instance, lang = loaded.instance, loaded.study.lang
    knee, at = front.knee, front.at_knee
    return {
        "schema": SCHEMA,
        "title": instance.study.title,
        "scenario": instance.scenario,
        "axes": [
            {
                "indicator": axis.name,
                "label": label(axis.name, lang, instance.classes),
                "unit": axis.unit,
                "way": axis.way,
            }
            for axis in front.axes
        ],
        "points": [_point(point, plan, front) for point, plan in zip(front.points, plans, strict=True)],
        "points_asked": front.asked,
        "accuracy": front.gap,
        "knee": None if knee is None or at is None else {"point": at.number, **_shares(asdict(knee))},
        "slices": [_slice(part, front) for part in front.slices],
        "sentences": list(sentences(front, lang, instance.classes)),
        "marks": list(told(instance.emissions.notices, instance.study.lang)),
        "inputs": {moved(path, loaded.source.folder, draft): sha for path, sha in instance.inputs.items()},
        "versions": versions(),
        "settings": asdict(sweep.settings),
    }


def _shares(knee: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in knee.items() if name != "point"}


def _point(point: Point, plan: Plan, front: Front) -> dict[str, Any]:
    names = [axis.name for axis in front.axes]
    certificate = plan.certificate
    return {
        "point": point.number,
        "values": dict(zip(names, point.values, strict=True)),
        "best": dict(zip(names[:2], point.best, strict=True)),
        "objective": certificate.objective,
        "bound": certificate.bound,
        "gap": certificate.gap,
        "status": certificate.status,
        "weights": certificate.objective_weights,
        "bounds": [
            {
                "indicator": bound.indicator,
                "at_least": _number(bound.at_least),
                "at_most": _number(bound.at_most),
            }
            for bound in point.question.bounds
        ],
        "folder": f"{POINTS}/{point.folder}",
    }


def _slice(part: Slice, front: Front) -> dict[str, Any]:
    unit = " × ".join(axis.unit for axis in front.axes[:2])
    floor = part.floor
    lines = sorted(set(zip(floor.slope.tolist(), floor.least.tolist(), floor.until.tolist(), strict=True)))
    return {
        "level": part.level,
        "points": [point.number for point in part.points],
        "hypervolume": {
            "low": float(part.volume.low),
            "high": float(part.volume.high),
            "rectangle": float(part.volume.box),
            "unit": unit,
        },
        "floor": [{"slope": slope, "least": least, "until": _number(until)} for slope, least, until in lines],
        "least_second": _number(part.lowest),
    }


def _number(value: float) -> float | None:
    return value if np.isfinite(value) else None
