"""A run's folder, written: every deliverable of its profile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from planner.export.energy_factors import write_energy_factors
from planner.export.geopackage import write_geopackage
from planner.export.ledger import write_ledger
from planner.export.made import write_regions, write_units
from planner.export.names import LINES, name_layers, write_names
from planner.export.networks import write_network
from planner.export.payments import write_payments
from planner.export.project import write_project
from planner.export.raster import write_plan_raster
from planner.export.schedule import write_order
from planner.export.stages import stage_layers, write_stage_raster, write_stage_table, year_layers
from planner.export.tables import write_account, write_indicators, write_transitions
from planner.models.files import MAPS
from planner.models.kinds import draw_model, write_model
from planner.plans.plan import Certificate, Plan
from planner.prices.names import PRICE_FILES
from planner.recount.layers.reread import PACKAGE
from planner.runs.manifest import CERTIFICATE, STUDY, seal
from planner.runs.profiles import (
    ACCOUNT,
    LAYERS,
    LOG,
    MADE_UNITS,
    MAP,
    MAP_NAMES,
    MODEL,
    MODEL_MAP,
    NETWORK,
    NETWORK_MAP,
    PAGE,
    PARCELS,
    PAYMENT_TABLE,
    PROJECT,
    PROOF,
    RASTER,
    REGION_TABLE,
    REPORT,
    RESOLVED,
    RUN,
    SCHEDULE,
    STAGE_FILM,
    STAGE_RASTER,
    STAGES,
    STEPS,
    TABLE_1,
    TABLES,
    WORKBOOK,
    YEARS,
    Deliverable,
    Profile,
)
from planner.runs.resolved import moved, resolved_text
from planner.runs.second import DRAWN, Second
from planner.runs.whole import whole_folder, writing


def _raster(plan: Plan, folder: Path) -> None:
    write_plan_raster(plan, folder / "plan.tif")


def _layers(plan: Plan, folder: Path) -> None:
    layers = write_geopackage(plan, folder / PACKAGE)
    names = [layer.emptied() for layer in name_layers(plan.instance)]
    by_year = ("stages.gpkg", year_layers(plan, layers))
    write_project(plan, folder / PROJECT, layers, by_year=by_year, names=names)


def _names(plan: Plan, folder: Path) -> None:
    write_names(plan, folder / LINES)


def _parcels(plan: Plan, folder: Path) -> None:
    write_geopackage(plan, folder / PACKAGE)


def _tables(plan: Plan, folder: Path) -> None:
    write_indicators(plan, folder / "indicators.csv")
    write_transitions(plan, folder / "transitions.csv")


def _table_1(plan: Plan, folder: Path) -> None:
    write_account(plan, folder / ACCOUNT)


def _regions(plan: Plan, folder: Path) -> None:
    write_regions(plan, folder / "regions.csv")


def _made_units(plan: Plan, folder: Path) -> None:
    write_units(plan, folder / "units.gpkg")


def _workbook(plan: Plan, folder: Path) -> None:
    from planner.export.workbook import write_workbook  # noqa: PLC0415 - slow to load

    write_workbook(replace(plan, certificate=certificate_from(plan, folder)), folder / "plan.xlsx")


def _map(plan: Plan, folder: Path) -> None:
    from planner.maps.plan_map import draw_map  # noqa: PLC0415 - the drawing library is slow to load

    draw_map(plan, folder / "map.png", plan.instance.study.lang)


def _network(plan: Plan, folder: Path) -> None:
    write_network(plan, folder)


def _network_map(plan: Plan, folder: Path) -> None:
    from planner.maps.network_map import draw_network  # noqa: PLC0415 - the drawing library is slow to load

    draw_network(plan, folder / "network.png", plan.instance.study.lang)


def _model(kind: str, plan: Plan, folder: Path) -> None:
    write_model(plan, folder, kind)


def _model_map(kind: str, plan: Plan, folder: Path) -> None:
    draw_model(plan, folder / MAPS[kind], kind)


def _stages(plan: Plan, folder: Path) -> None:
    write_stage_table(plan, folder / "stages.csv")
    lang = plan.instance.study.lang
    write_geopackage(plan, folder / "stages.gpkg", layers=stage_layers(plan, lang))


def _stage_raster(plan: Plan, folder: Path) -> None:
    write_stage_raster(plan, folder / "stages.tif")


def _stage_film(plan: Plan, folder: Path) -> None:
    from planner.maps.stage_maps import draw_stages  # noqa: PLC0415 - the drawing library is slow to load

    draw_stages(plan, folder / "stages.gif", plan.instance.study.lang)


def _years(plan: Plan, folder: Path) -> None:
    write_ledger(plan, folder / "ledger.csv")
    write_energy_factors(plan, folder / "energy_factors.csv")


def _report(plan: Plan, folder: Path) -> None:
    from planner.report.page import write_report  # noqa: PLC0415 - slow to load as well

    write_report(replace(plan, certificate=certificate_from(plan, folder)), folder / REPORT)


def _study(plan: Plan, folder: Path) -> None:
    if plan.source is None:
        raise ValueError("a plan without its study file cannot be written as a run's folder")
    text = resolved_text(plan.source, plan.instance.scenario, folder, plan.certificate.settings, plan.answers)
    (folder / STUDY).write_text(text, encoding="utf-8")


def _log(plan: Plan, folder: Path) -> None:
    (folder / LOG).write_text("\n".join(plan.log) + "\n", encoding="utf-8")


def _certificate(plan: Plan, folder: Path) -> None:
    certificate = certificate_from(plan, folder)
    (folder / CERTIFICATE).write_text(certificate.text(), encoding="utf-8")


WRITERS: dict[Deliverable, Callable[[Plan, Path], None]] = {
    RASTER: _raster,
    MAP_NAMES: _names,
    LAYERS: _layers,
    PARCELS: _parcels,
    TABLES: _tables,
    TABLE_1: _table_1,
    REGION_TABLE: _regions,
    PAYMENT_TABLE: write_payments,
    MADE_UNITS: _made_units,
    WORKBOOK: _workbook,
    MAP: _map,
    NETWORK: _network,
    NETWORK_MAP: _network_map,
    **{deliverable: partial(_model, kind) for kind, deliverable in MODEL.items()},
    **{deliverable: partial(_model_map, kind) for kind, deliverable in MODEL_MAP.items()},
    STAGES: _stages,
    STAGE_RASTER: _stage_raster,
    STAGE_FILM: _stage_film,
    YEARS: _years,
    SCHEDULE: write_order,
    PAGE: _report,
    RESOLVED: _study,
    STEPS: _log,
    PROOF: _certificate,
}
"""How every deliverable of any profile is written."""

NAMES = frozenset(name for part in RUN.deliverables for name in part.names) | PRICE_FILES
"""Every file that a run's folder may hold; prices where they are asked for."""


def declared(plan: Plan, profile: Profile = RUN) -> frozenset[str]:
    """The files that the folder of this plan holds, no more and no fewer."""
    return profile.files(plan.instance, plan.certificate)


def certificate_from(plan: Plan, folder: Path) -> Certificate:
    """The certificate with its inputs named as the folder's own ``study.toml`` names them."""
    if plan.source is None:
        return plan.certificate
    inputs = {moved(path, plan.source.folder, folder): sha for path, sha in plan.certificate.inputs.items()}
    return plan.certificate.model_copy(update={"inputs": inputs})


def fill(plan: Plan, folder: Path, profile: Profile = RUN, beside: Second | None = None) -> None:
    """Write every deliverable of a plan into a folder (a draft); its certificate names the profile and
    lists the files. A process ``beside`` this one writes its share at the same time."""
    named = replace(plan, certificate=plan.certificate.model_copy(update={"profile": profile.name}))
    parts = [part for part in profile.deliverables if part.applies(plan.instance, plan.certificate)]
    drawn = [part for part in parts if part in DRAWN]
    asked = beside is not None and beside.ask(named, folder, drawn)
    for part in parts:
        if not asked or part not in drawn:
            WRITERS[part](named, folder)
    if asked and not (beside and beside.answer()):
        for part in drawn:
            WRITERS[part](named, folder)
    seal(folder, CERTIFICATE)


def write(plan: Plan, out: str | Path) -> Path:
    """Write the run's folder, whole or not at all; returns it.

    ``StudyError`` where it cannot be written or holds files that no run wrote.

    >>> folder = planner.write(planner.optimise("study.toml"), "out/written")
    >>> (folder / "plan.tif").is_file()
    True
    """
    out = Path(out)
    with whole_folder(out) as draft, writing(out):
        fill(plan, draft)
    return out
