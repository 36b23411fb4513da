"""The network in the report: what is linked that was not, and what that costs in tCO2e/yr and in hectares."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from formulations.network.linkage import LEAST_SHARE
from planner.maps.network_map import COST_KEYS, COSTED, LINKED, LINKED_KEYS, MUCH, costed, linked
from planner.pages.map_images import Mapper
from planner.plans.networked import Networked, has_network, networked
from planner.report.subject import Subject
from planner.styles.layer_styles import hexadecimal, near_white
from words.catalogue import difference, figure

MOST_ROWS = 12


@dataclass(frozen=True, slots=True)
class CorridorRow:
    """A corridor as the table shows it."""

    number: int
    patches: int
    largest: str
    area: str
    length: str
    width: str
    gain: str
    net: str


@dataclass(frozen=True, slots=True)
class EcaRow:
    """ECA today and in the plan, by one convention at one distance."""

    neighbours: str
    distance: Markup
    today: str
    plan: str
    change: str


@dataclass(frozen=True, slots=True)
class Swatch:
    """A colour of the maps, its edge and its name."""

    fill: str
    edge: str
    name: str


@dataclass(frozen=True, slots=True)
class NetworkChapter:
    """What the chapter shows: sentences, the two pictures with their colours, corridors, ECA."""

    sentences: tuple[Markup, ...]
    lead: Markup
    linked: str
    costed: str
    linked_keys: tuple[Swatch, ...]
    cost_keys: tuple[Swatch, ...]
    corridors: tuple[CorridorRow, ...]
    eca: tuple[EcaRow, ...]


def network_chapter(subject: Subject, mapper: Mapper) -> NetworkChapter | None:
    """The chapter on the network; None where the study has none."""
    if not has_network(subject.study):
        return None
    found = networked(subject.instance, subject.plan.layout)
    return NetworkChapter(
        sentences=tuple(_sentences(found, subject)),
        lead=_lead(found, subject),
        linked=mapper.painted(linked(found), LINKED),
        costed=mapper.painted(costed(found), COSTED),
        linked_keys=_keys(subject, LINKED, LINKED_KEYS),
        cost_keys=_keys(subject, COSTED, COST_KEYS),
        corridors=_corridors(found),
        eca=_eca(found, subject),
    )


def _sentences(found: Networked, subject: Subject) -> list[Markup]:
    words, between, area = subject.words, found.linkage, found.mesh.grid.area_ha
    alone, edge, corridors = between.touching
    amounts = {"alone": alone, "edge": edge, "corridors": corridors}
    told = [
        words(
            "network_report.joined",
            won=words.amount(float(area[between.won].sum()), "ha"),
            lost=words.amount(float(area[between.lost].sum()), "ha"),
            n=f"{between.joining:,}",
            **{name: words.amount(value, "ha") for name, value in amounts.items()},
        ),
        words(
            "network_report.cost",
            net=words.change(float(found.cost[between.won].sum()), "tCO2e/yr"),
        ),
    ]
    told += _sources(found, subject)
    record = subject.certificate.network
    if record is not None and record.price is not None:
        if record.price > 0:
            told.append(words("network_report.price", cost=words.amount(record.price, "tCO2e/yr")))
        else:
            told.append(words("network_report.free"))
    links = {"won": between.won_links, "kept": between.kept_links, "lost": between.lost_links}
    if any(map(len, links.values())):
        counted = {state: f"{len(each):,}" for state, each in links.items()}
        told.append(
            words("network_report.links", distance=words.amount(found.mesh.distance_m, "m"), **counted)
        )
    if len(found.unlinked.link):
        told.append(
            words(
                "network_report.unlinked",
                n=len(found.unlinked.link),
                distance=words.amount(found.mesh.distance_m, "m"),
                barred=int((found.unlinked.barred_ha > 0).sum()),
            )
        )
    told += _widths(found, subject)
    if between.bottlenecks:
        told.append(
            words(
                "network_report.bottlenecks",
                n=len(between.bottlenecks),
                least=words.share(LEAST_SHARE, 1.0),
                most=words.share(between.bottlenecks[0].share, 1.0),
            )
        )
    return told


def _lead(found: Networked, subject: Subject) -> Markup:
    """What a corridor is, and how its width is counted."""
    if found.mesh.grid.is_raster:
        return subject.words("network_report.corridors_lead")
    return subject.words("network_report.corridors_parcels")


def _widths(found: Networked, subject: Subject) -> list[Markup]:
    """How many corridors are as wide as the study asks."""
    words, asked = subject.words, found.mesh.corridor_m
    widths = [each.width_m for each in found.linkage.corridors]
    if asked <= 0 or not widths:
        return []
    wide = sum(each >= asked * (1.0 - 1e-6) for each in widths)
    told = {"asked": words.amount(asked, "m"), "least": words.amount(min(widths), "m")}
    return [words("network_report.wide", n=f"{wide:,}", all=f"{len(widths):,}", **told)]


def _sources(found: Networked, subject: Subject) -> list[Markup]:
    """Which patches count, where the study does not set out from all of them."""
    words, asked = subject.words, subject.study.network
    if found.mesh.sources is None:
        return []
    what = []
    if asked.source_classes:
        classes = subject.instance.classes
        names = [
            subject.land(classes[classes.index(name)]) for name in asked.source_classes if name in classes
        ]
        what.append(words("network_report.source_classes", classes=words.series(names)))
    if asked.source_ha:
        what.append(words("network_report.source_least", least=words.amount(asked.source_ha, "ha")))
    if asked.source_where is not None:
        what.append(words("network_report.source_where", where=asked.source_where))
    counted = found.linkage.plan.counted_ha
    return [
        words(
            "network_report.sources",
            n=f"{int((counted > 0).sum()):,}",
            all=f"{len(counted):,}",
            area=words.amount(float(counted.sum()), "ha"),
            asked=words.series(what),
        )
    ]


def _corridors(found: Networked) -> tuple[CorridorRow, ...]:
    return tuple(
        CorridorRow(
            number=number,
            patches=each.patches,
            largest=" + ".join(figure(size) for size in each.joined_ha),
            area=figure(each.area_ha),
            length=figure(round(each.length_m)),
            width=figure(round(each.width_m)),
            gain=figure(each.mesh_ha),
            net=difference(float(found.cost[each.units].sum())),
        )
        for number, each in enumerate(found.linkage.corridors[:MOST_ROWS], start=1)
    )


def _eca(found: Networked, subject: Subject) -> tuple[EcaRow, ...]:
    words, raster = subject.words, subject.instance.grid.is_raster
    rows = []
    for way, (today, plan) in found.measured.items():
        for before, after in zip(today.reaches, plan.reaches, strict=True):
            rows.append(
                EcaRow(
                    neighbours=str(int(way)) if raster else words.text("network_report.parcels"),
                    distance=words.amount(before.distance_m, "m"),
                    today=figure(before.eca_ha),
                    plan=figure(after.eca_ha),
                    change=words.percent(after.eca_ha - before.eca_ha, before.eca_ha),
                )
            )
    return tuple(rows)


def _keys(
    subject: Subject, colours: tuple[tuple[int, int, int], ...], keys: tuple[str, ...]
) -> tuple[Swatch, ...]:
    return tuple(
        Swatch(
            hexadecimal(colour),
            "#8c8c82" if near_white(colour) else hexadecimal(colour),
            subject.words.text(f"network_map.{key}", much=f"{MUCH:g}"),
        )
        for colour, key in zip(colours, keys, strict=True)
    )
