"""Networks from a study or finished runs to a table and layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from formulations.network.measured import Measured
from formulations.network.measures import LEAST_PROBABILITY
from formulations.network.steps import Neighbours
from planner.network.ask import DISTANCES_KM, Networks, networks_of
from planner.network.layers import write_network_layers
from planner.network.tables import MeasureRow, measure_rows, write_network_table


@dataclass(frozen=True, eq=False)
class NetworkResult:
    """Layouts on the same units as networks; ``measured`` begins with today's."""

    networks: Networks

    @property
    def title(self) -> str:
        """The study's title."""
        return self.networks.title

    @property
    def lang(self) -> str:
        """The study's language."""
        return self.networks.lang

    @property
    def measured(self) -> tuple[Measured, ...]:
        """Every layout with its measures."""
        return self.networks.measured

    @property
    def convention(self) -> str:
        """What is next to one another: ``parcels``, ``edges`` or ``corners``."""
        if not self.networks.grid.is_raster:
            return "parcels"
        return "edges" if self.networks.neighbours is Neighbours.EDGES else "corners"

    @property
    def least_probability(self) -> float:
        """Pairs of patches less probable than this are not counted."""
        return LEAST_PROBABILITY

    @property
    def most_missed(self) -> float:
        """By what share an ECA could be higher with all pairs, at the most."""
        reaches = [reach for each in self.measured for reach in each.reaches if reach.eca_ha > 0]
        return max((reach.eca_most_ha / reach.eca_ha - 1.0 for reach in reaches), default=0.0)

    def rows(self, lang: str | None = None) -> tuple[MeasureRow, ...]:
        """Every measure by its name for readers, with its value in every layout."""
        return measure_rows(self.networks, lang or self.lang)

    def resistances(self, lang: str | None = None) -> dict[str, float]:
        """The resistance of every class by its name for readers."""
        values = self.networks.resistance.values()
        return {
            item.label(lang or self.lang): value
            for item, value in zip(self.networks.classes, values, strict=True)
        }


def network(
    land: str | Path,
    layouts: Sequence[str | Path] = (),
    *,
    distances_km: Sequence[float] = DISTANCES_KM,
    neighbours: int = 4,
    centres: bool = False,
    resistance: str | Path | Mapping[str, float] | None = None,
    lang: str | None = None,
    table: str | Path | None = None,
    layers: str | Path | None = None,
) -> NetworkResult:
    """The blue-green network of today's land, of plans, and of layouts of other tools, measured.

    ``land`` is a study file, or the folder of a run or of several (their plans are measured as well);
    ``layouts`` are land-cover files on the same units with the codes of the study's own. Half of those who
    set out get ``distances_km`` far over easy land; what is harder to cross counts by its ``resistance`` (a
    CSV file with columns class and resistance, or a mapping; others are the project's). Cells are next to one
    another over edges (``neighbours`` 4) or corners as well (8); distances are from edge to edge, or between
    ``centres``. All measures are written to ``table`` (.csv), patches and links to ``layers`` (.gpkg), where
    they are given.

    Areas and ECA are in ha, distances in m; ``formulations.network.measures`` has the formulas. Raises
    ``StudyError`` with everything that is wrong, or where a file cannot be written.

    >>> result = planner.network("study.toml", distances_km=[1])
    >>> [each.name for each in result.measured], result.measured[0].shape.lost_ha
    (['today'], 0.0)
    >>> result.measured[0].reaches[0].eca_ha <= result.measured[0].shape.area_ha
    True
    """
    found = networks_of(
        land,
        layouts,
        distances_km=distances_km,
        neighbours=neighbours,
        centres=centres,
        resistance=resistance,
        lang=lang,
    )
    if table is not None:
        write_network_table(found, Path(table))
    if layers is not None:
        write_network_layers(found, Path(layers), lang or found.lang)
    return NetworkResult(found)
