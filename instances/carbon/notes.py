"""What a reader must be told of a coefficient set: its gaps, and its figures that wait to be checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from instances.carbon.coefficients import ENERGY, FLOWS, MEMBERS, Coefficient, CoefficientSet, Kind, Mark
from instances.land.classes import Classes, LandClass
from instances.study.findings import Findings
from words.said import say

NATURAL = frozenset({*MEMBERS, *MEMBERS["ecosystem"]})
"""Pools of vegetation and soil."""
PLACE = "carbon.coefficients"


def tell_gaps(found: CoefficientSet, classes: Classes, has_total: bool, findings: Findings) -> None:
    """Warn of every class for which a set has nothing, or lacks a pool, and say what is assumed.

    ``has_total``: the energy emissions of built land come from ``carbon.built_total_tco2e``.
    """
    blank = [item for item in classes if not any(_used(found, item)) and not (item.built and has_total)]
    _warn(findings, found, blank, "coefficient")
    rest = [item for item in classes if item not in blank]
    for flow in FLOWS:
        for pool in [pool for pool in found.pools(flow) if pool in NATURAL]:
            lacking = [item for item in rest if not item.built and not found.find(item, flow, pool)]
            _warn(findings, found, lacking, "flux_of", pool=pool)
    if not has_total:
        lacking = [item for item in rest if item.built and not any(_flows(found, item))]
        _warn(findings, found, lacking, "flux")
    gaps: dict[tuple[LandClass, ...], list[str]] = {}
    for pool in found.pools(Kind.STOCK):
        without = tuple(item for item in rest if not found.find(item, Kind.STOCK, pool))
        gaps.setdefault(without, []).append(pool)
    for without, pools in gaps.items():
        _warn(findings, found, without, "stock", pools=_all_of(pools))
    if found.pools(Kind.CONSTRUCTION):
        lacking = [item for item in rest if item.built and not any(_of_kind(found, item, Kind.CONSTRUCTION))]
        _warn(findings, found, lacking, "construction")
    elif classes.built.any():
        findings.note(PLACE, say("coefficients_gap.no_construction", name=found.name))


@dataclass(frozen=True, slots=True)
class Notice:
    """What every result must say of some figures of a coefficient set: they are placeholders, from memory, or
    assumed. ``figures`` are the least and the greatest of them, of placeholders in tCO2e/ha/yr."""

    mark: Mark
    set_name: str
    items: tuple[LandClass, ...]
    pools: tuple[str, ...]
    figures: tuple[float, float]


def notices(found: CoefficientSet, classes: Classes, has_total: bool) -> tuple[Notice, ...]:
    """What every result must say of the figures in use."""
    used: dict[Mark, list[tuple[LandClass, Coefficient]]] = {}
    for item in classes:
        for row in _used(found, item):
            replaced = has_total and item.built and row.pool == ENERGY and row.kind is not Kind.NEW
            if not replaced:
                used.setdefault(row.mark, []).append((item, row))
    told = []
    for mark in (Mark.PLACEHOLDER, Mark.MEMORY, Mark.ASSUMED):
        if held := used.get(mark):
            items = tuple(dict.fromkeys(item for item, _ in held))
            pools = tuple(dict.fromkeys(row.pool for _, row in held))
            figures = [row.value for _, row in held]
            told.append(Notice(mark, found.name, items, pools, (min(figures), max(figures))))
    return tuple(told)


def _of_kind(found: CoefficientSet, item: LandClass, kind: Kind) -> Iterator[Coefficient]:
    for pool in found.pools(kind):
        row = found.find(item, kind, pool)
        if row is not None:
            yield row


def _flows(found: CoefficientSet, item: LandClass) -> Iterator[Coefficient]:
    for kind in FLOWS:
        yield from _of_kind(found, item, kind)


def _used(found: CoefficientSet, item: LandClass) -> Iterator[Coefficient]:
    """The coefficients that count for a class; construction only where it is built."""
    for kind in Kind:
        if kind is not Kind.CONSTRUCTION or item.built:
            yield from _of_kind(found, item, kind)


def _warn(
    findings: Findings, found: CoefficientSet, items: Iterable[LandClass], what: str, **values: str
) -> None:
    names = [item.name for item in items]
    if names:
        fault = say(f"coefficients_gap.{what}", name=found.name, classes=names, **values)
        findings.warn(PLACE, fault, say("coefficients_gap.remedy"))


def _all_of(pools: Sequence[str]) -> str:
    """Pools one after another."""
    said = pools[0]
    for pool in pools[1:]:
        said = say("coefficients_gap.and", one=said, other=pool)
    return said
