"""The folder of a plan followed up.

``monitor.json``  what was seen and judged, with the tolerance and the shift; it lists all files
``alerts.csv``    every limit: today, bounds, plan, what is seen, how it stands
``changes.csv``   every planned change: how much is done, its state
``carbon.csv``    net emissions, their parts, stocks and energy of the land as it is seen
``account.csv``   the carbon account of it, of a study with an inventory
``energy.csv``    energy as it is reported for the year, where it is given
``unplanned.csv`` land seen as neither today's class nor the plan's, and the red lines there
``confusion.csv`` what land that the plan leaves as it is was read as
``alerts.gpkg``   the changes and the other land as layers
``report.html``   the report
``observed/``     the land taken to be there as a layout: raster, layers, indicators, what it breaks
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from instances.study.files import sha256
from planner.export.tables import write_csv
from planner.monitor.ask import Monitored
from planner.monitor.carbon import ACCOUNT, CARBON, ENERGY_TABLE, SeenCarbon
from planner.monitor.layers import PACKAGE, write_alert_layers
from planner.monitor.page import write_page
from planner.monitor.tables import (
    ALERTS,
    CHANGES,
    CONFUSION,
    STRAYED,
    alert_table,
    change_table,
    confusion_table,
    strayed_table,
)
from planner.plans.versions import versions
from planner.runs.folder import fill
from planner.runs.profiles import REPORT, SWEEP

SCHEMA = "sansheng-monitor-1"
RECORD, OBSERVED = "monitor.json", "observed"
NAMES = frozenset({RECORD, OBSERVED, ALERTS, CHANGES, STRAYED, CONFUSION, CARBON, PACKAGE, REPORT})
"""Everything that every such folder holds."""


def fill_monitor(found: Monitored, folder: Path, lang: str) -> None:
    """Write everything of a plan followed up into a folder (a draft)."""
    (folder / OBSERVED).mkdir()
    fill(found.observed, folder / OBSERVED, SWEEP)
    tables = {
        ALERTS: alert_table,
        CHANGES: change_table,
        STRAYED: strayed_table,
        CONFUSION: confusion_table,
    }
    for name, table in tables.items():
        write_csv(table(found, lang), folder / name)
    carbon = SeenCarbon(found)
    write_csv(carbon.table(lang), folder / CARBON)
    for name, more in ((ACCOUNT, carbon.account(lang)), (ENERGY_TABLE, carbon.reported(lang))):
        if more is not None:
            write_csv(more, folder / name)
    write_alert_layers(found, folder / PACKAGE, lang)
    write_page(found, folder / REPORT, lang)
    text = json.dumps(_record(found), ensure_ascii=False, indent=2, allow_nan=False)
    (folder / RECORD).write_text(text + "\n", encoding="utf-8")


def _record(found: Monitored) -> dict[str, Any]:
    certificate, seen = found.observed.certificate, found.sightings
    counts = Counter(str(state) for state in seen.states)
    return {
        "schema": SCHEMA,
        "title": certificate.title,
        "scenario": found.plan.certificate.scenario,
        "plan": {"certificate": found.plan.certificate.seal, "objective": found.plan.certificate.objective},
        "map": {"file": found.other.path.name, "sha256": sha256(found.other.path)},
        "year": found.times.year,
        "from": found.times.first,
        "to": found.times.last,
        "elapsed": found.elapsed,
        "years_by": None if found.due is None else found.due.by,
        "stage": found.judged.stage,
        "energy_from": SeenCarbon(found).energy_from,
        "due_ha": None if found.due is None else found.due_ha,
        "tolerance_m": found.tolerance.place_m,
        "least_ha": found.tolerance.least_ha,
        "shift_m": list(found.shift_m),
        "alerts": found.alerts,
        "done_ha": float(seen.done_ha.sum()),
        "planned_ha": float(seen.area_ha.sum()),
        "patches": dict(counts),
        "course": dict(Counter(str(each) for each in found.timings or ())),
        "limits": [
            {
                "indicator": one.seen.indicator,
                "district": one.seen.district,
                "value": one.seen.value,
                "state": str(one.standing),
            }
            for one in found.limits
        ],
        "unplanned_ha": float(found.instance.grid.area_ha[seen.strayed >= 0].sum()),
        "within_tolerance_ha": seen.within_ha,
        "unseen_ha": seen.unseen_ha,
        "plans": [
            {
                "folder": OBSERVED,
                "objective": certificate.objective,
                "status": certificate.status,
                "values": {name: record.value for name, record in certificate.indicators.items()},
            }
        ],
        "versions": versions(),
    }
