"""Services in the report: what ways emit, sites, who is near, what one more person means, what is proven."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from formulations.linked.services_plan import ServicesFigures
from planner.plans.beside import idle_of, planned_of
from planner.plans.record import SideRecord
from planner.report.subject import Subject
from words.catalogue import difference, figure
from words.numbers import room_between

MOST_SITES, MOST_UNITS = 24, 12
"""Sites and units in the tables: those that serve most, those where one more person counts most."""


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service: its sites, whom it serves, who is near, how far it is."""

    name: str
    sites: int
    new: int
    served: str
    elsewhere: str
    near: str
    asked: str
    mean: str
    worst: str


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A site with one service."""

    name: str
    service: str
    load: str
    fill: str
    stands: Markup


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit: its people, what one more costs, how far it is to the farthest service."""

    name: str
    today: str
    people: str
    price: str
    far: str


@dataclass(frozen=True, slots=True)
class ServicesChapter:
    """What the chapter shows."""

    sentences: tuple[Markup, ...]
    services: tuple[ServiceRow, ...]
    sites: tuple[SiteRow, ...]
    more_sites: int
    units: tuple[UnitRow, ...]
    more: int


def services_chapter(subject: Subject) -> ServicesChapter | None:
    """The chapter on services; None where the study has none."""
    found = planned_of(subject.plan, ServicesFigures)
    if found is None:
        return None
    figures, side = found
    sites, units = _sites(subject, figures), _units(subject, figures, side)
    return ServicesChapter(
        tuple(_sentences(subject, figures, side)),
        _services(figures),
        sites[:MOST_SITES],
        max(0, len(sites) - MOST_SITES),
        units[:MOST_UNITS],
        max(0, len(units) - MOST_UNITS),
    )


def _sentences(subject: Subject, figures: ServicesFigures, side: SideRecord) -> list[Markup]:
    """What the ways emit, how sure that is, what is proven, and how it was planned."""
    words, services = subject.words, figures.services
    today = idle_of(subject.instance, figures)
    old = int((figures.plan.open & services.stands).sum())
    unsure = sum(1 for factor in services.factors.values() if factor.mark != "verified")
    room = words.amount_text(room_between(side.objective, min(side.bound, side.objective)), "tCO2e/yr")
    wanted = services.table.site_classes
    names = [subject.land(item) for item in subject.instance.classes if item.name in wanted]
    ground = [words("services_report.on_classes", classes=words.series(names))] if names else []
    return [
        words.count(
            "services_report.gains",
            int(figures.plan.open.sum()) - old,
            old=old,
            objective=words.amount(side.objective, "tCO2e/yr"),
            today=words.amount(today.tco2e(), "tCO2e/yr"),
            low=words.amount(side.low, "tCO2e/yr"),
            high=words.amount(side.high, "tCO2e/yr"),
        ),
        words(
            "services_report.straight",
            detour=figure(services.figure("detour")),
            km=figure(services.figure("elsewhere")),
        ),
        *(ground if int(figures.plan.open.sum()) > old else []),
        words("services_report.unsure", n=unsure, of=len(services.factors)),
        words("services_report.proof", room=room),
        words("services_report.together" if side.linked else "services_report.after"),
    ]


def _services(figures: ServicesFigures) -> tuple[ServiceRow, ...]:
    services, plan = figures.services, figures.plan
    everybody = max(float(figures.people.sum()), 1e-9)
    load, away, near, mean = figures.load.sum(axis=1), figures.elsewhere, figures.near, figures.mean_km
    average = (mean * figures.people[:, None]).sum(axis=0) / everybody
    rows = []
    for s, service in enumerate(services.services):
        new = plan.open[s] & ~services.stands[s]
        radius = service.radius_m > 0
        rows.append(
            ServiceRow(
                service.name, int(plan.open[s].sum()), int(new.sum()), figure(load[s]), figure(away[s]),
                figure(100 * near[s] / everybody) if radius else "–",
                figure(100 * service.cover) if service.cover else "–",
                figure(average[s]), figure(float(mean[:, s].max())),
            )
        )  # fmt: skip
    return tuple(rows)


def _sites(subject: Subject, figures: ServicesFigures) -> tuple[SiteRow, ...]:
    services, load = figures.services, figures.load
    kind, site = np.nonzero(figures.plan.open)
    order = np.argsort(-load[kind, site], kind="stable")
    rows = []
    for s, j in zip(kind[order].tolist(), site[order].tolist(), strict=True):
        key = "services_report.yes" if services.stands[s, j] else "services_report.no"
        share = figure(100 * load[s, j] / services.services[s].capacity)
        rows.append(
            SiteRow(
                services.sites[j], services.services[s].name, figure(load[s, j]), share, subject.words(key)
            )
        )
    return tuple(rows)


def _units(subject: Subject, figures: ServicesFigures, side: SideRecord) -> tuple[UnitRow, ...]:
    today = idle_of(subject.instance, figures).people
    price = np.array([link.price for link in side.links])
    far = figures.mean_km.max(axis=1)
    order = [u for u in np.argsort(price, kind="stable").tolist() if today[u] > 0 or figures.people[u] > 0]
    return tuple(
        UnitRow(
            side.links[u].district, figure(today[u]), figure(figures.people[u]), difference(-price[u]),
            figure(far[u]),
        )
        for u in order
    )  # fmt: skip
