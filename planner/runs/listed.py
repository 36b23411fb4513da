"""What a proof says of the files of its folder, compared with what is there, and of the study that was asked.

Every file that was written is listed with its size and hash: one that was changed, lost or put there by
somebody else is named. The list cannot vouch for itself. Whoever rewrites it, seal and all, is found out only
where figures are counted again; what is not counted again is said.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from planner.plans.record import FileRecord, StudyRecord
from planner.recount.ledger import FOLDER, Ledger
from planner.runs.manifest import (
    CERTIFICATE,
    FILES,
    SEAL,
    STUDY,
    agrees,
    foreign_in,
    kind_of,
    listed_in,
    read_proof,
    seal_of,
    study_record,
)
from words.said import say

COUNTED = frozenset(
    {
        "plan.tif",
        "plan.tif.aux.xml",
        "plan.gpkg",
        "indicators.csv",
        "transitions.csv",
        "account.csv",
        "flows.csv",
        "nutrients.csv",
        "plants.gpkg",
        "centres.gpkg",
        "ways.csv",
        "prices.csv",
        "redline_costs.csv",
        "redline_patches.csv",
        "opportunity.gpkg",
        "opportunity.tif",
        "network.csv",
        "network.gpkg",
        "regions.csv",
        "payments.csv",
        "units.gpkg",
        "map_names.gpkg",
        "score.csv",
        "broken.csv",
        "score.gpkg",
        "report.html",
        "energy_factors.csv",
        "ledger.csv",
        "schedule.csv",
        "schedule_years.csv",
        "stages.csv",
        "stages.gpkg",
        "stages.tif",
        STUDY,
        CERTIFICATE,
    }
)
"""Files of a run whose figures are counted again; of others the hash alone is compared."""
COUNTED_OF = {
    "comparison.json": frozenset({"carbon_plan.csv"}),
    "monitor.json": frozenset({"alerts.csv", "carbon.csv", "changes.csv", "unplanned.csv", "alerts.gpkg"}),
    "replan.json": frozenset({"study.toml", "landcover.tif", "landcover.gpkg", "locked.tif", "locked.gpkg",
                              "replan.csv", "limits_left.csv"}),
}  # fmt: skip
"""Files beside the plans whose figures are counted again, or which are inputs of a plan, by the record."""
LAYERED = frozenset({"shp", "parquet", "plan.gdb"})
"""Folders of an export that hold a plan's layers."""
MOST_NAMED = 8


def check_list(folder: Path, proof: str, ledger: Ledger) -> None:
    """Compare the files of a folder with the list in its proof, and the proof with its seal."""
    tree = read_proof(folder / proof) or {}
    if not isinstance(tree.get(FILES), dict):
        ledger.differ(
            f"{proof}, {FILES}", say("runs_verify.a_list"), say("runs_verify.none"), by="the folder"
        )
        return
    told, found = tree.get(SEAL), seal_of(tree)
    ledger.same(f"{proof}, {SEAL}", _sha(told), _sha(found))
    listed = listed_in(tree)
    for name in sorted(set(tree[FILES]) - set(listed)):
        ledger.differ(f"{FILES}.{name}", say("runs_verify.an_entry"), say("runs_verify.no_entry"))
    for name, said in listed.items():
        _file(folder / name, name, said, ledger)
    foreign = foreign_in(folder, proof)
    if foreign:
        ledger.note("runs_verify.foreign", names=_named(foreign), count=len(foreign))
    ledger.done("runs_verify.files", n=len(listed))
    alone = by_hash(proof, listed)
    if alone:
        ledger.note("runs_verify.by_hash", names=_named(alone))


def by_hash(proof: str, listed: Mapping[str, FileRecord]) -> list[str]:
    """The files that a proof lists whose hash alone is compared."""
    return [name for name in listed if not _is_counted(name, proof, listed)]


def _is_counted(name: str, proof: str, listed: Mapping[str, FileRecord]) -> bool:
    """True where figures of a file are counted again, here or where the plan it belongs to is verified."""
    above = name.rpartition("/")[0]
    if above in LAYERED:
        return not name.endswith((".qml", ".sld", ".cpg"))
    if above:
        return f"{above}/{CERTIFICATE}" in listed
    return name in (COUNTED if proof == CERTIFICATE else COUNTED_OF.get(proof, ()))


def _file(path: Path, name: str, said: FileRecord, ledger: Ledger) -> None:
    """Compare one file with what the list says of it."""
    ledger.figures += 1
    figure = f"{FILES}.{name}"
    if not os.path.lexists(path):
        ledger.differ(figure, say("runs_verify.there"), say("runs_verify.none"))
        return
    try:
        same = agrees(path, said)
    except OSError as fault:
        ledger.differ(figure, say("runs_verify.there"), say("runs_verify.unreadable", fault=fault.strerror))
        return
    ledger.same(f"{figure}, what", said.what, kind_of(name))
    if not same:
        size = f"{path.lstat().st_size:,}"
        ledger.differ(
            figure,
            say("runs_verify.as_written", size=f"{said.bytes:,}"),
            say("runs_verify.another", size=size),
        )


def check_present(listed: Mapping[str, Any] | None, expected: frozenset[str], ledger: Ledger) -> None:
    """Files that a folder of its profile must list."""
    for name in sorted(expected - set(listed or {})):
        ledger.differ(f"{FILES}.{name}", say("runs_verify.must"), say("runs_verify.nothing"), by=FOLDER)


def check_study(folder: Path, said: StudyRecord | None, ledger: Ledger) -> None:
    """Compare what the study file says with what was asked, table by table."""
    if said is None:
        ledger.differ(STUDY, say("runs_verify.a_hash"), say("runs_verify.none"), by="the folder")
        return
    try:
        found = study_record(folder / STUDY)
    except (OSError, ValueError, RecursionError):
        return  # told by whoever reads the study
    for name in ledger.names(STUDY, said.parts, found.parts):
        if said.parts[name] != found.parts[name]:
            ledger.differ(f"{STUDY}.{name}", say("runs_verify.asked"), say("runs_verify.asked_otherwise"))
    ledger.figures += len(said.parts)
    ledger.same(STUDY, _sha(said.sha256), _sha(found.sha256))
    ledger.done("runs_verify.study", n=len(said.parts))


def _sha(text: object) -> str:
    return f"sha256 {text}"


def _named(names: list[str]) -> str | list[str]:
    """Names one after another, the first of many."""
    if len(names) <= MOST_NAMED:
        return names
    return say("runs_folders.and_more", names=names[:MOST_NAMED], more=len(names) - MOST_NAMED)
