"""A run's folder: which files it holds, and how they are written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from planner.export.geopackage import write_geopackage
from planner.export.project import write_project
from planner.export.raster import write_plan_raster
from planner.export.tables import write_indicators, write_transitions
from planner.plans.plan import Certificate, Plan
from planner.prices.names import PRICE_FILES
from planner.runs.resolved import moved, resolved_text
from planner.runs.whole import CERTIFICATE, whole_folder, writing

STUDY, REPORT = "study.toml", "report.html"


@dataclass(frozen=True)
class Deliverable:
    """Files of a run's folder: ``write`` puts them into one; ``rasters_only`` for studies on raster cells."""

    names: tuple[str, ...]
    write: Callable[[Plan, Path], object]
    rasters_only: bool = False

    def applies(self, plan: Plan) -> bool:
        """True where a plan has these files."""
        return plan.instance.grid.is_raster or not self.rasters_only


def _raster(plan: Plan, folder: Path) -> None:
    write_plan_raster(plan, folder / "plan.tif")


def _geopackage(plan: Plan, folder: Path) -> None:
    layers = write_geopackage(plan, folder / "plan.gpkg")
    write_project(plan, folder / "plan.qgz", layers)


def _tables(plan: Plan, folder: Path) -> None:
    write_indicators(plan, folder / "indicators.csv")
    write_transitions(plan, folder / "transitions.csv")


def _workbook(plan: Plan, folder: Path) -> None:
    from planner.export.workbook import write_workbook  # noqa: PLC0415 - slow to load

    write_workbook(replace(plan, certificate=certificate_from(plan, folder)), folder / "plan.xlsx")


def _map(plan: Plan, folder: Path) -> None:
    from planner.maps.plan_map import draw_map  # noqa: PLC0415 - the drawing library is slow to load

    draw_map(plan, folder / "map.png", plan.instance.study.lang)


def _report(plan: Plan, folder: Path) -> None:
    from planner.report.page import write_report  # noqa: PLC0415 - slow to load as well

    write_report(replace(plan, certificate=certificate_from(plan, folder)), folder / REPORT)


def _study(plan: Plan, folder: Path) -> None:
    if plan.source is None:
        raise ValueError("a plan without its study file cannot be written as a run's folder")
    text = resolved_text(plan.source, plan.instance.scenario, folder, plan.certificate.settings)
    (folder / STUDY).write_text(text, encoding="utf-8")


def _log(plan: Plan, folder: Path) -> None:
    (folder / "run.log").write_text("\n".join(plan.log) + "\n", encoding="utf-8")


def _certificate(plan: Plan, folder: Path) -> None:
    (folder / CERTIFICATE).write_text(certificate_from(plan, folder).text(), encoding="utf-8")


DELIVERABLES: tuple[Deliverable, ...] = (
    Deliverable(("plan.tif", "plan.tif.aux.xml", "plan.qml"), _raster, rasters_only=True),
    Deliverable(("plan.gpkg", "plan.qgz"), _geopackage),
    Deliverable(("indicators.csv", "transitions.csv"), _tables),
    Deliverable(("plan.xlsx",), _workbook),
    Deliverable(("map.png",), _map),
    Deliverable((REPORT,), _report),
    Deliverable((STUDY,), _study),
    Deliverable(("run.log",), _log),
    Deliverable((CERTIFICATE,), _certificate),
)
"""Everything a run's folder holds, in the order of writing; the certificate comes last."""

NAMES = frozenset(name for deliverable in DELIVERABLES for name in deliverable.names) | PRICE_FILES
"""Every file that a run's folder may hold; prices where they are asked for."""


def declared(plan: Plan) -> frozenset[str]:
    """The files that the folder of this plan holds, no more and no fewer."""
    return frozenset(name for part in DELIVERABLES if part.applies(plan) for name in part.names)


def certificate_from(plan: Plan, folder: Path) -> Certificate:
    """The certificate with its inputs named as the folder's own ``study.toml`` names them."""
    if plan.source is None:
        return plan.certificate
    inputs = {moved(path, plan.source.folder, folder): sha for path, sha in plan.certificate.inputs.items()}
    return plan.certificate.model_copy(update={"inputs": inputs})


def fill(plan: Plan, folder: Path) -> None:
    """Write every deliverable of a plan into a folder (a draft)."""
    for part in DELIVERABLES:
        if part.applies(plan):
            part.write(plan, folder)


def write(plan: Plan, out: str | Path) -> Path:
    """Write the run's folder, whole or not at all; returns it.

    ``StudyError`` where it cannot be written or holds files that no run wrote.

    >>> folder = planner.write(planner.optimise("study.toml"), "out/written")
    >>> (folder / "plan.tif").is_file()
    True
    """
    out = Path(out)
    with whole_folder(out, NAMES) as draft, writing(out):
        fill(plan, draft)
    return out
