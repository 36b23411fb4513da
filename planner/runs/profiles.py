"""Which files a plan's folder holds, by its profile: that of a run, of a plan of a sweep, or of an export.

A sweep's plan is a small folder without times, so that the same command leaves the same bytes; its study file
gives the plan again with all deliverables. The certificate names the profile, and whoever reads the folder
goes by that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from instances.instance import Instance
from planner.export.names import LINES, has_names
from planner.export.payments import PAYMENTS
from planner.export.schedule import BY_YEAR, ORDER
from planner.models.files import FILES, MAPS
from planner.plans.life_cycle import has_years
from planner.plans.networked import has_network
from planner.plans.plan import Certificate, ProfileName
from planner.recount.layers.reread import PACKAGE
from planner.runs.manifest import CERTIFICATE, STUDY

ACCOUNT, PROJECT, REPORT, LOG = "account.csv", "plan.qgz", "report.html", "run.log"


def _always(instance: Instance) -> bool:
    return True


@dataclass(frozen=True)
class Deliverable:
    """Files that are written together, for studies on raster cells, on parcels, or both; some only
    ``where`` an instance asks for them."""

    names: tuple[str, ...]
    rasters: bool = True
    parcels: bool = True
    where: Callable[[Instance], bool] = _always
    ordered: bool = False
    """Whether only a plan with an order of its changes has them."""

    @property
    def always(self) -> bool:
        """True where every plan on units of this kind has these files."""
        return self.where is _always and not self.ordered

    def applies(self, instance: Instance, certificate: Certificate | None = None) -> bool:
        """True where a plan of an instance, with its certificate, has these files."""
        asked = self.rasters if instance.grid.is_raster else self.parcels
        has = not self.ordered or (certificate is not None and certificate.schedule is not None)
        return asked and has and self.where(instance)


def _networked(instance: Instance) -> bool:
    return has_network(instance.study)


def _makes_units(instance: Instance) -> bool:
    return any(source.make is not None for source in instance.study.districts.values())


def _models(kind: str, instance: Instance) -> bool:
    return any(model.table.kind == kind for model in instance.models.values())


RASTER = Deliverable(("plan.tif", "plan.tif.aux.xml", "plan.qml"), parcels=False)
LAYERS = Deliverable((PACKAGE, PROJECT))
PARCELS = Deliverable((PACKAGE,), rasters=False)
TABLES = Deliverable(("indicators.csv", "transitions.csv"))
TABLE_1 = Deliverable((ACCOUNT,), where=lambda instance: instance.inventory is not None)
WORKBOOK = Deliverable(("plan.xlsx",))
MAP = Deliverable(("map.png",))
NETWORK = Deliverable(("network.csv", "network.gpkg"), where=_networked)
NETWORK_MAP = Deliverable(("network.png",), where=_networked)
MODEL = {kind: Deliverable(names, where=partial(_models, kind)) for kind, names in FILES.items()}
MODEL_MAP = {kind: Deliverable((name,), where=partial(_models, kind)) for kind, name in MAPS.items()}
REGION_TABLE = Deliverable(("regions.csv",), where=lambda instance: instance.study.regions is not None)
PAYMENT_TABLE = Deliverable((PAYMENTS,), where=lambda instance: instance.study.payments is not None)
MAP_NAMES = Deliverable((LINES,), where=has_names)
MADE_UNITS = Deliverable(("units.gpkg",), where=_makes_units)
STAGES = Deliverable(("stages.csv", "stages.gpkg"), where=lambda instance: instance.study.stages is not None)
YEARS = Deliverable(("ledger.csv", "energy_factors.csv"), where=lambda instance: has_years(instance.study))
SCHEDULE = Deliverable((ORDER, BY_YEAR), ordered=True)
STAGE_FILM = Deliverable(("stages.gif",), where=lambda instance: instance.study.stages is not None)
STAGE_RASTER = Deliverable(
    ("stages.tif",), parcels=False, where=lambda instance: instance.study.stages is not None
)
PAGE = Deliverable((REPORT,))
RESOLVED = Deliverable((STUDY,))
STEPS = Deliverable((LOG,))
PROOF = Deliverable((CERTIFICATE,))


@dataclass(frozen=True)
class Profile:
    """What a folder holds, in the order of writing (the certificate comes last), and whether it tells
    times."""

    name: ProfileName
    deliverables: tuple[Deliverable, ...]
    times: bool

    def files(self, instance: Instance, certificate: Certificate | None = None) -> frozenset[str]:
        """The files of a plan of an instance, no more and no fewer."""
        own = (part for part in self.deliverables if part.applies(instance, certificate))
        return frozenset(name for part in own for name in part.names)


RUN = Profile(
    "run",
    (
        RASTER,
        MAP_NAMES,
        LAYERS,
        TABLES,
        TABLE_1,
        REGION_TABLE,
        PAYMENT_TABLE,
        MADE_UNITS,
        WORKBOOK,
        MAP,
        NETWORK,
        NETWORK_MAP,
        *MODEL.values(),
        *MODEL_MAP.values(),
        STAGES,
        STAGE_RASTER,
        STAGE_FILM,
        YEARS,
        SCHEDULE,
        PAGE,
        RESOLVED,
        STEPS,
        PROOF,
    ),
    times=True,
)
"""A plan with everything that is made of one."""
SWEEP = Profile("sweep", (RASTER, PARCELS, TABLES, TABLE_1, RESOLVED, PROOF), times=False)
"""A plan of a front, of alternatives, of a robustness sweep."""
EXPORT = Profile("export", (RESOLVED, PROOF), times=True)
"""A plan in other formats, which are those asked for; its study tells what it is verified against."""
PROFILES: dict[ProfileName, Profile] = {profile.name: profile for profile in (RUN, SWEEP, EXPORT)}


def profile_of(certificate: Certificate, folder: Path) -> Profile:
    """The profile by which a folder was written; of one older than profiles it is told by its files."""
    if certificate.profile is not None:
        return PROFILES[certificate.profile]
    return RUN if any((folder / name).exists() for name in (LOG, PROJECT)) else SWEEP
