"""A layout changed by hand, from its file to a folder: scored, with all that any run has."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from instances.land.other_codes import OtherMap
from planner.export.tables import write_csv
from planner.plans.optimise import Loaded
from planner.plans.plan import Plan
from planner.plans.record import ScoreRecord
from planner.runs.folder import fill
from planner.runs.place import place_for
from planner.runs.whole import writing
from planner.score.ask import Scored, scored_of
from planner.score.layers import PACKAGE, write_score_layers
from planner.score.tables import BROKEN, SCORE, broken_table, limits_missed, score_table
from planner.words.indicator_names import label
from words.catalogue import Words


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A figure today, in the certified plan and as drawn; None where there is no certified plan."""

    label: str
    unit: str
    today: float
    certified: float | None
    drawn: float


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A rule or limit that is broken: its name, by how much and in which unit, and in how many units."""

    label: str
    district: str
    missed: float
    unit: str
    units: int | None


@dataclass(frozen=True, eq=False)
class ScoreResult:
    """A layout that somebody drew as a plan, with what it costs and breaks; the folder that was written."""

    scored: Scored
    folder: Path | None = None

    @property
    def plan(self) -> Plan:
        """The layout as a plan; ``plan.certificate.score`` says what it breaks."""
        return self.scored.plan

    @property
    def lang(self) -> str:
        """The study's language."""
        return self.plan.instance.study.lang

    @property
    def score(self) -> ScoreRecord:
        """What it breaks, and the certified plan beside it."""
        found = self.plan.certificate.score
        if found is None:
            raise ValueError("a layout that was not scored")
        return found

    @property
    def from_best(self) -> float | None:
        """By how much the best layout could be better at most, in tCO2e/yr; None where no bound is known, or
        the layout breaks what the study asks."""
        certificate = self.plan.certificate
        if certificate.bound is None or certificate.objective is None:
            return None
        return certificate.objective - certificate.bound

    @property
    def costs(self) -> float | None:
        """By how much the objective is above that of the certified plan, in tCO2e/yr."""
        beside, objective = self.score.certified, self.plan.certificate.objective
        return None if beside is None or objective is None else objective - beside.objective

    def rows(self, lang: str) -> tuple[ScoreRow, ...]:
        """The objective, then the indicators that changed between the two plans, weighed or limited."""
        table = score_table(self.scored, lang)
        certificate = self.plan.certificate
        asked = {"objective", *certificate.objective_weights, *(one.indicator for one in certificate.limits)}
        differs = table["difference"].fillna(table["drawn"] - table["today"]).abs() > 0
        shown = table[table["indicator"].isin(asked) | differs]
        return tuple(
            ScoreRow(
                str(row["label"]),
                str(row["unit"]),
                float(row["today"]),
                None if row["certified"] != row["certified"] else float(row["certified"]),
                float(row["drawn"]),
            )
            for row in shown.to_dict("records")
        )

    def broken(self, lang: str) -> tuple[BrokenRow, ...]:
        """Red lines and transitions broken, in ha, pieces split that stay whole, then limits missed."""
        instance = self.scored.instance
        rules = broken_table(self.scored, lang).query("kind in ('redline', 'transitions')").to_dict("records")
        found = [BrokenRow(str(row["label"]), "", row["area_ha"], "ha", int(row["units"])) for row in rules]
        if self.score.split:
            found.append(BrokenRow(Words(lang).text("score.split"), "", self.score.split, "", None))
        units = self.plan.certificate.indicators
        found += [
            BrokenRow(
                label(one.indicator, lang, instance.classes),
                one.district or "",
                -one.slack,
                units[one.indicator].unit,
                None,
            )
            for one in limits_missed(self.scored)
        ]
        return tuple(found)


def score(
    study: Loaded | str | Path,
    layout: str | Path,
    *,
    against: str | Path | None = None,
    layer: str | None = None,
    field: str | None = None,
    scheme: str | None = None,
    classes: str | Path | None = None,
    crs: str | None = None,
    lang: str | None = None,
    out: str | Path | None = None,
) -> ScoreResult:
    """What a layout changed by hand costs, which limits it misses and which rules it breaks.

    ``study`` is a study file, or the folder of a run, which then is the certified plan ``against`` which the
    layout is held as well. ``layout`` is a raster of classes, or polygons with a ``field`` of them (of a
    plan's own GeoPackage, edited, the layer ``patches``, of parcels ``units``); what its values mean is found
    out, or told by ``scheme`` or the CSV file ``classes`` (columns code and class). The folder ``out`` is
    written whole or not at all: all files of a run, and ``score.csv``, ``broken.csv``, ``score.gpkg``.

    Costs are in tCO2e/yr. Nothing is solved: the distance to the best is that to the certified plan's bound.
    Raises ``StudyError`` where a file cannot be used, or units have no class and no plan fills them.

    >>> result = planner.score("out/base", "out/base/plan.gpkg")
    >>> result.score.keeps, result.costs
    (True, 0.0)
    """
    other = OtherMap(
        Path(layout), layer, field, crs, scheme=scheme, classes=None if classes is None else Path(classes)
    )
    with place_for(out) as place:
        scored = scored_of(study, other, against, lang)
        if place.draft is not None and place.out is not None:
            with writing(place.out):
                _fill(scored, place.draft)
        return ScoreResult(scored, place.out)


def _fill(scored: Scored, folder: Path) -> None:
    """Write what a scored layout has beside a run, then all that a run has."""
    lang = scored.instance.study.lang
    write_csv(score_table(scored, lang), folder / SCORE)
    write_csv(broken_table(scored, lang), folder / BROKEN)
    write_score_layers(scored, folder / PACKAGE, lang)
    fill(scored.plan, folder)
