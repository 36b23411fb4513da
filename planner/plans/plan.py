"""Plan: a layout and the certificate that proves it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import Field

from formulations.core.problem import LayoutProblem
from formulations.core.solution import Solution
from formulations.linked.kinds import Planned
from formulations.linked.schedule_plan import Years
from formulations.sensitivity.binding import LEAST_PRICE, binds
from instances.instance import Instance
from instances.study.file import StudyFile
from instances.study.findings import Finding
from instances.units.grid import Layout
from planner.plans.record import (
    FileRecord,
    ProofRecord,
    RangeRecord,
    Record,
    RuleRecord,
    ScheduleRecord,
    ScoreRecord,
    SideRecord,
    StagesRecord,
    StudyRecord,
)
from planner.plans.staged_plan import StagedPlan
from planner.words.indicator_names import label

SCHEMA = "sansheng-certificate-1"


ProfileName = Literal["run", "sweep", "export"]


class IndicatorRecord(Record):
    """An indicator in the plan and today."""

    value: float
    baseline: float
    unit: str


class LimitRecord(Record):
    """One limit of one district: its bounds, the plan's value, how much room is left, and what it costs.

    ``slack`` is the distance to the nearer bound in the indicator's unit; ``price`` is by how much the
    objective rises where the bound is raised by one unit, None where the method found none.
    """

    indicator: str
    district: str | None
    by: str | None = None
    """The table of ``[districts]`` to which the district belongs."""
    at_least: float | None
    at_most: float | None
    value: float
    slack: float
    price: float | None
    price_unit: str
    year: int | None = None
    """Of a plan with stages: the year of the stage that is bounded."""
    counts: Literal["land", "stage", "sum"] = "land"
    """What is bounded in that year: the value then, what its stage adds, or value x years until its end."""
    edge: Literal["at_least", "at_most"] | None = None
    """The bound beyond which not one more unit can be had; ``price`` then is what one unit of loosening it
    saves, None where that was not looked for."""

    @property
    def label(self) -> str:
        """The limit's name for readers: the indicator, the district and the year where it has one."""
        parts = [str(part) for part in (self.district, self.year) if part is not None]
        return f"{self.indicator} ({', '.join(parts)})" if parts else self.indicator

    @property
    def binds(self) -> bool:
        """True where the plan leaves next to no room to the bound that has the price, or none can be had."""
        if self.edge is not None:
            return self.price is None or abs(self.price) >= LEAST_PRICE
        at_least = -math.inf if self.at_least is None else self.at_least
        at_most = math.inf if self.at_most is None else self.at_most
        return binds(self.value, self.price or 0.0, at_least, at_most)


class ClassRecord(Record):
    """A class of the plan: its raster code and names."""

    name: str
    code: int
    name_zh: str
    name_en: str
    colour: str


class NoticeRecord(Record):
    """What the marks tell of the coefficients, as values: placeholders, figures from memory, or assumed ones,
    of which classes and pools, from the least to the greatest of them."""

    mark: str
    classes: tuple[str, ...]
    pools: tuple[str, ...]
    least: float
    greatest: float


class NearnessRecord(Record):
    """What the second stage did: of plans as good, one that differs little from ``towards``: today's land or
    the plan with which it is compared. Land and pieces that differ before and after; ``least_ha`` must."""

    towards: Literal["today", "plan"]
    before_ha: float
    after_ha: float
    least_ha: float | None
    pieces: tuple[int, int]


class TermRecord(Record):
    """One term of the objective, in tCO2e/yr: its change over today, and how far the options alone let it go.

    ``better_by`` is how much better it could be at most if all other terms stayed as they are, in the
    indicator's unit.
    """

    change: float
    span: float
    better_by: float | None


class DecidedRecord(Record):
    """What is decided: ``scale`` is what the gap is relative to, in tCO2e/yr; ``terms`` those of the
    objective by their indicators."""

    scale: float
    terms: dict[str, TermRecord]


class PatchRecord(Record):
    """New land of a class under a rule with a least size, in ha, and how much of it lies in how many pieces
    that are too small; ``kind`` says what is counted as a piece."""

    rule: str
    land: str
    kind: Literal["patch", "project"]
    min_ha: float
    new_ha: float
    below_ha: float
    pieces: int


class SmallPieceRecord(Record):
    """A piece that is too small: of which class under which rule, how large, and where one of its units lies
    (the middle of a cell in the CRS of the plan, or a parcel)."""

    rule: str
    land: str
    area_ha: float
    x: float | None = None
    y: float | None = None
    parcel: str | None = None


class PatchesRecord(Record):
    """Whether new land of all these classes, ``new_ha``, lies in pieces as large as asked: ``below_ha`` does
    not; ``too_small`` lists the first such pieces.

    Of the solve, None where not known: ``before_ha`` of ``before_new_ha`` lay in smaller pieces in the plan
    found without sizes; ``cost`` is by how much the objective rose, ``floor`` a bound of every layout
    whatever its sizes, in tCO2e/yr.
    """

    sizes: tuple[PatchRecord, ...]
    new_ha: float
    below_ha: float
    too_small: tuple[SmallPieceRecord, ...] = ()
    before_ha: float | None = None
    before_new_ha: float | None = None
    cost: float | None = None
    floor: float | None = None

    @property
    def kept(self) -> bool:
        """True where no piece is too small."""
        return all(size.pieces == 0 for size in self.sizes)

    def parts(self, left: float) -> tuple[float, float] | None:
        """Of what is ``left`` to the bound what came with least sizes, and the rest; None for nothing."""
        cost = min(self.cost or 0.0, left)
        return (cost, left - cost) if cost > 0 else None


class WholeRecord(Record):
    """Pieces of today's land under one rule that stay or go as one: how many, their area in ha, and of both
    what becomes something else in the plan."""

    rule: str
    pieces: int
    area_ha: float
    changed: int
    changed_ha: float


class NetworkRecord(Record):
    """The functional mesh (ha) of today's land and of the plan, counted on the map, and ``ceiling_ha``, which
    no layout exceeds whose network has at most ``most_ha`` (None: any); ECA (ha) of the three beside them.

    ``neighbours`` 4 or 8; half of those who set out get ``distance_m`` far. ``rounds`` has the functional
    mesh of every round, the first of a plan without a network; the best is the plan.
    """

    neighbours: Literal[4, 8]
    distance_m: float
    today_ha: float
    plan_ha: float
    ceiling_ha: float
    eca_today_ha: float
    eca_plan_ha: float
    eca_ceiling_ha: float
    most_ha: float | None
    rounds: tuple[float, ...]
    price: float | None = None
    """Of the solve: by how much all other terms of the objective are worse than in the plan found without a
    network, in tCO2e/yr."""

    @property
    def share(self) -> float:
        """The plan's functional mesh as a share of the ceiling, 0 to 1."""
        return self.plan_ha / self.ceiling_ha if self.ceiling_ha > 0 else 1.0


class CarbonRecord(Record):
    """What the plan changes in net emissions, in tCO2e/yr, and its range: ``low`` to ``high`` whatever every
    coefficient is within its own range, none of them low here and high there.

    ``years`` is the horizon of all figures. ``rests_on``: shares of what changes by how sure the figures are.
    """

    years: float
    change: float
    low: float
    high: float
    rests_on: dict[str, float]


class Certificate(Record):
    """What proves a plan; the fields of ``certificate.json``.

    ``bound`` is a lower bound of the objective over every layout that the study allows, None where the
    solve found none; ``gap`` is ``(objective - bound) / decided.scale``: of what the plan decides, not of the
    land that stays what it is. ``status`` is ``optimal`` where the gap asked for (``settings["gap"]``, or
    ``settings["room"]`` in tCO2e/yr in its place) was reached.
    """

    schema_: str = Field(SCHEMA, alias="schema")
    title: str
    scenario: str
    status: Literal["optimal", "feasible", "infeasible"]
    method: str
    sense: Literal["minimise"] = "minimise"
    objective: float | None
    bound: float | None
    gap: float | None
    decided: DecidedRecord | None = None
    """What the gap is relative to; None where there is no plan."""
    seconds: float = 0.0
    """Of the solve; a plan of a front states none, so that it is the same however long that took."""
    cells: int
    area_ha: float
    indicators: dict[str, IndicatorRecord]
    limits: tuple[LimitRecord, ...]
    classes: tuple[ClassRecord, ...]
    objective_weights: dict[str, float]
    marks: tuple[str, ...]
    """Sentences that every use of the plan must show: placeholder coefficients, figures from memory."""
    notices: tuple[NoticeRecord, ...] = ()
    """What those sentences say of the coefficients, as values."""
    proof: ProofRecord | None = None
    """The prices that prove the bound; None in certificates older than this."""
    priced: ProofRecord | None = None
    """Of a plan whose limits and red lines were priced: its prices refined, at which all of that is told, and
    what they prove. None where they are those near the plan, which prove nothing."""
    nearness: NearnessRecord | None = None
    """Of a plan moved near today's land or another plan; None where no such stage ran."""
    patches: PatchesRecord | None = None
    whole: tuple[WholeRecord, ...] = ()
    """Land that stays or goes as one, rule by rule."""
    """Of a study that asks for least sizes of new land."""
    carbon: CarbonRecord | None = None
    """The range of what changes in net emissions; None in certificates older than this."""
    ranges: dict[str, RangeRecord] = Field(default_factory=dict)
    """By how much indicators change at least and at most, where they rest on figures with ranges."""
    network: NetworkRecord | None = None
    """Of a plan in whose objective the functional mesh of the network has a weight: that mesh is part of
    objective, bound and indicators."""
    stages: StagesRecord | None = None
    """Of a plan with stages; indicators, and limits that name no other year, are those of the last one."""
    schedule: ScheduleRecord | None = None
    """The order of the changes, where the study asks for one and a run found it."""
    side: dict[str, SideRecord] | None = None
    """Models beside the layout, by their names: their objectives are part of the plan's."""
    score: ScoreRecord | None = None
    """Of a layout that somebody drew and that was not solved for; it may break what the study asks."""
    rules: tuple[RuleRecord, ...] | None = None
    """Of a plan that keeps rules of the planner's own, which the study does not say."""
    inputs: dict[str, str]
    versions: dict[str, str]
    settings: dict[str, Any]
    profile: ProfileName | None = None
    """Which deliverables stand beside it, where it stands in a folder: those of a run, those of a plan of a
    sweep, which tells no times, or of an export what was asked for. Folders older than profiles name none."""
    study: StudyRecord | None = None
    """What its study says, where it stands in the folder of a run."""
    files: dict[str, FileRecord] | None = None
    """Every other file of the folder in which it stands, by its path from there."""
    seal: str | None = None
    """The sha256 of everything above."""

    @property
    def of_the_plan(self) -> tuple[LimitRecord, ...]:
        """The limits on the layout itself: with stages those on the land of the last year."""
        if self.stages is None:
            return self.limits
        last = self.stages.years[-1]
        return tuple(one for one in self.limits if one.counts == "land" and one.year == last)

    def text(self) -> str:
        """The certificate as it stands in ``certificate.json``, every number at full precision."""
        tree = self.model_dump(mode="json", by_alias=True)
        if self.profile == "sweep":
            del tree["seconds"]
            tree["settings"].pop("timings", None)
        return json.dumps(tree, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


@dataclass(frozen=True, eq=False)
class Plan:
    """A layout of an instance, how it was solved, and its certificate.

    ``source`` is the study file that the plan answers; ``log`` the lines of ``run.log``,
    ``findings`` what to read before using the plan; ``answers`` names the question of a sweep that it
    answers, empty for a run.
    """

    instance: Instance
    problem: LayoutProblem
    layout: Layout
    solution: Solution
    certificate: Certificate
    source: StudyFile | None = None
    log: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    answers: str = ""
    staged: StagedPlan | None = None
    """When what changes, of a study with stages; ``layout`` and ``problem`` are those of the last stage."""
    models: Mapping[str, Planned] = field(default_factory=dict)
    """What is planned of the models that are linked with the layout, by their names."""
    order: Years | None = None
    """(patches,) the year of every patch of change, counted from the first of the schedule."""

    def indicator_label(self, name: str) -> str:
        """An indicator's name for readers, in the language of the study."""
        return label(name, self.instance.study.lang, self.instance.classes)
