"""Ground that sites ask of the layout: a plant stands only where every unit of it has one of some classes.

Either the units of the site itself, whose class the layout must give it, or those within a distance of it,
where the layout may leave or build no home. What sites ask is counted by *part*: units that the same sites
ask, one each where they are few. A site is free where every part that it asks is whole.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from instances.land.classes import Space
from instances.materials.kinds import Ground
from instances.materials.sites import Sites, metres_of
from instances.rules.districts import Districts
from instances.rules.naming import some
from instances.study.files import nearest
from instances.study.findings import Findings
from instances.study.model_tables import ModelTable
from instances.units.centres import middles
from words.said import say

Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Sites and units, (pairs,) each."""
ONE_EACH = 1_000
"""With so many units asked at the most, each is a part of its own: a relaxation then knows that the dearest
of them stands for all. Of more, those that the same sites ask and that have one class today are a part."""


@dataclass(frozen=True, eq=False)
class Claim:
    """What sites ask of the layout by one ``key`` of the model: ``classes`` (classes,) that will do;
    ``site`` and ``unit`` (pairs,) of every unit that a site asks; ``parts`` a division of the units, and
    ``of_site`` and ``part`` (needs,) of every part that a site asks."""

    key: str
    classes: NDArray[np.bool_]
    site: NDArray[np.int64]
    unit: NDArray[np.int64]
    parts: Districts
    of_site: NDArray[np.int64]
    part: NDArray[np.int64]


def claim_of(
    key: str,
    classes: NDArray[np.bool_],
    pairs: Pairs,
    today: NDArray[np.integer],
    name: str,
) -> Claim:
    """The claim in which sites ask units, ``pairs`` of both, of the classes that will do; ``today`` (units,)
    is the class of each, ``name`` that of the division into parts."""
    site, unit = pairs
    asked, at = np.unique(unit, return_inverse=True)
    label = np.arange(len(asked))
    if len(asked) > ONE_EACH:
        label = today[asked].astype(np.int64)
        for one in np.unique(site):
            mine = np.zeros(len(asked), dtype=np.int64)
            mine[at[site == one]] = 1
            label = np.unique(label * 2 + mine, return_inverse=True)[1]
        label = np.unique(label, return_inverse=True)[1]
    count = int(label.max(initial=-1)) + 1
    member = np.full(len(today), -1, dtype=np.int32)
    member[asked] = label
    parts = Districts(name, tuple(str(part + 1) for part in range(count)), member)
    needs = np.unique(np.stack([site, label[at]], axis=1), axis=0)
    return Claim(key, classes, site, unit, parts, needs[:, 0], needs[:, 1])


def by_service(claim: Claim, new: NDArray[np.bool_]) -> Claim:
    """A claim of sites as one of services at sites, numbered service by service: each (services, sites) that
    is ``new`` asks what its site asks."""
    count = new.shape[1]
    service, site = np.nonzero(new)

    def spread(of: NDArray[np.int64], what: NDArray[np.int64]) -> Pairs:
        first = np.searchsorted(of, site, "left")
        many = np.searchsorted(of, site, "right") - first
        within = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
        return np.repeat(service * count + site, many), what[np.repeat(first, many) + within]

    order = np.argsort(claim.site, kind="stable")
    place, unit = spread(claim.site[order], claim.unit[order])
    of_place, part = spread(claim.of_site, claim.part)
    return replace(claim, site=place, unit=unit, of_site=of_place, part=part)


def read_claims(
    name: str,
    table: ModelTable,
    sites: Sites,
    kept: NDArray[np.bool_],
    ground: Ground,
    findings: Findings,
) -> tuple[Claim, ...]:
    """What those sites of a model that are ``kept`` (sites,) ask of the layout, numbered among themselves, in
    the order of its keys; with findings where they ask what is not there."""
    found: list[Claim] = []
    classes, place = ground.classes, f"models.{name}"
    if table.site_classes:
        for wanted in table.site_classes:
            if wanted not in classes:
                close = nearest(wanted, classes.names)
                remedy = say("finding.did_you_mean", close=close) if close else say("claims.name_class")
                findings.error(f"{place}.site_classes", say("cycle.no_class", name=wanted), remedy)
        pairs = _of_kept(_own_ground(sites, ground), kept)
        _refuse_shared(np.array(sites.names)[kept], pairs, f"{place}.sites", findings)
        member = np.isin(np.array(classes.names), table.site_classes)
        found.append(claim_of("site_classes", member, pairs, ground.today, f"{place}.site_classes"))
    if table.buffer_homes == "plan" and table.buffer_homes_m == 0:
        findings.error(f"{place}.buffer_homes", say("claims.no_buffer"), say("claims.give_buffer"))
    elif table.buffer_homes == "plan":
        homes = classes.in_space(Space.LIVING) & classes.built
        pairs = _of_kept(_around(sites, table.buffer_homes_m, ground), kept)
        found.append(claim_of("buffer_homes", ~homes, pairs, ground.today, f"{place}.buffer_homes"))
    return tuple(found)


def _of_kept(pairs: Pairs, kept: NDArray[np.bool_]) -> Pairs:
    """The pairs of the sites that are kept, numbered among themselves."""
    site, unit = pairs
    mine = kept[site]
    return (np.cumsum(kept) - 1)[site[mine]], unit[mine]


def _own_ground(sites: Sites, ground: Ground) -> Pairs:
    """(pairs,) sites and the units whose middles lie in them; the nearest unit of a site that holds none."""
    grid = ground.grid
    tree = shapely.STRtree(shapely.points(middles(grid)))
    points = shapely.points(sites.xy)
    shapes = points if sites.frame is None else np.asarray(sites.frame.geometry.values, dtype=object)
    site, unit = tree.query(shapes, predicate="intersects")
    small = np.setdiff1d(np.arange(len(sites.names)), site)
    if len(small):
        site = np.concatenate([site, small])
        unit = np.concatenate([unit, tree.nearest(points[small])])
    return site.astype(np.int64), unit.astype(np.int64)


def _around(sites: Sites, metres: float, ground: Ground) -> Pairs:
    """(pairs,) sites and the units whose middles are no farther from them."""
    tree = shapely.STRtree(shapely.points(metres_of(shapely.points(middles(ground.grid)), ground.grid)))
    site, unit = tree.query(shapely.points(sites.metres), predicate="dwithin", distance=metres)
    return site.astype(np.int64), unit.astype(np.int64)


def _refuse_shared(names: NDArray[np.str_], pairs: Pairs, place: str, findings: Findings) -> None:
    """An error where two sites ask the same land: two plants would stand on it."""
    site, unit = pairs
    order = np.argsort(unit, kind="stable")
    again = np.flatnonzero(np.diff(unit[order]) == 0)
    if len(again):
        shared = np.unique(site[order][np.concatenate([again, again + 1])])
        told = some(names[shared].tolist())
        findings.error(place, say("claims.shared", n=len(shared), names=told), say("claims.draw_apart"))
