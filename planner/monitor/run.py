"""A plan followed up, from its folder and a map of what is there to a folder of alerts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from instances.land.other_codes import OtherMap
from planner.monitor.ask import Monitored, Times, monitored_of
from planner.monitor.folder import RECORD, fill_monitor
from planner.monitor.sentences import found_in_words, reading_in_words
from planner.monitor.tables import alert_table
from planner.runs.place import place_for
from planner.runs.whole import writing
from words.catalogue import Words


@dataclass(frozen=True, slots=True)
class AlertRow:
    """A limit by its name for readers: today's value, the plan's, what is seen, and how it stands."""

    label: str
    district: str
    unit: str
    base: float
    plan: float
    seen: float
    state: str
    alert: bool


@dataclass(frozen=True, eq=False)
class MonitorResult:
    """A certified plan against what is seen of its land; the folder that was written."""

    monitored: Monitored
    folder: Path | None = None

    @property
    def title(self) -> str:
        """The study's title."""
        return self.monitored.plan.certificate.title

    @property
    def lang(self) -> str:
        """The study's language."""
        return self.monitored.instance.study.lang

    @property
    def year(self) -> int:
        """The year that is seen."""
        return self.monitored.times.year

    @property
    def alerts(self) -> int:
        """How many limits, planned changes and other pieces of land ask to be looked at."""
        return self.monitored.alerts

    @property
    def share_done(self) -> float:
        """The share of all planned change that is seen as planned, 0 to 1."""
        return self.monitored.sightings.share_done()

    def states(self) -> dict[str, int]:
        """How many planned changes are in which state."""
        found = [str(state) for state in self.monitored.sightings.states]
        return {state: found.count(state) for state in dict.fromkeys(found)}

    def limits(self, lang: str) -> tuple[AlertRow, ...]:
        """Every limit and how it stands."""
        return tuple(
            AlertRow(
                row["label"],
                row["district"],
                row["unit"],
                row["base"],
                row["plan"],
                row["value"],
                row["state_name"],
                bool(row["alert"]),
            )
            for row in alert_table(self.monitored, lang).to_dict("records")
        )

    def sentences(self, lang: str) -> tuple[str, ...]:
        """What is done, what asks to be looked at, and how the map was read, in plain words."""
        words = Words(lang)
        told = [*found_in_words(self.monitored, words), *reading_in_words(self.monitored, words)]
        return tuple(sentence.striptags() for sentence in told)


def monitor(
    folder: str | Path,
    observed: str | Path,
    *,
    year: int,
    first: int | None = None,
    last: int | None = None,
    tolerance_m: float | None = None,
    least_ha: float | None = None,
    layer: str | None = None,
    field: str | None = None,
    scheme: str | None = None,
    classes: str | Path | None = None,
    crs: str | None = None,
    energy: str | Path | float | None = None,
    lang: str | None = None,
    out: str | Path | None = None,
) -> MonitorResult:
    """A run's plan against a map of what is there in a ``year``: every limit and every planned change judged,
    and land found that changed otherwise.

    ``folder`` is that of a run. ``observed`` is a raster or polygons of any grid, CRS and class codes (told
    apart as by ``score``); a raster that lies part of a cell beside the study's is moved back, and told.
    Between the years ``first`` and ``last`` a steady course is expected; from ``last`` on all should be done;
    without them nothing is late. A plan with an order of its changes, or with stages, says itself what is due
    by a ``year``, and takes no others. Land seen otherwise is told only where it has ``least_ha`` and reaches
    farther than ``tolerance_m`` from land where its class was to be expected (None: four units, and one and a
    half cells). ``energy`` is what is reported of the year, told beside the energy of the land: a file in the
    form of the carbon inventory (fuels in all or by sector), or what all energy emits in tCO2e/yr. The folder
    ``out`` is written whole or not at all.

    Raises ``StudyError`` with everything that is wrong.

    >>> result = planner.monitor("out/base", "out/base/plan.tif", year=2035)
    >>> result.alerts, result.share_done, set(result.states())
    (0, 1.0, {'done'})
    """
    table = None if classes is None else Path(classes)
    other = OtherMap(Path(observed), layer, field, crs, scheme=scheme, classes=table)
    with place_for(out, RECORD) as place:
        told = None if energy is None else str(energy)
        found = monitored_of(folder, other, Times(year, first, last), tolerance_m, least_ha, lang, told)
        if place.draft is not None and place.out is not None:
            with writing(place.out):
                fill_monitor(found, place.draft, found.instance.study.lang)
        return MonitorResult(found, place.out)
