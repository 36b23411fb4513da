"""What records of a certificate are made of, and those of rules and models that stand beside the layout."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A part of a certificate: frozen, and closed to fields that it does not have."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class RuleRecord(Record):
    """A rule of the planner's own that the plan keeps, as Pyomo components on the exact model: its name, what
    its docstring says, how many ``constraints`` it has, and by what share of its bound the worst is missed.
    """

    name: str
    says: str
    constraints: int
    missed: float


class RangeRecord(Record):
    """By how much an indicator changes at least and at most, whatever the figures that it rests on are within
    their ranges; in the indicator's unit."""

    low: float
    high: float


class LinkRecord(Record):
    """A link of a model with the layout: what a district has of the indicator, and by how much one more unit
    of it would lower the model's objective, in tCO2e/yr."""

    district: str
    value: float
    price: float


class SideProofRecord(Record):
    """What proves a model's part of the bound: prices of its ``links``, one for each district in their order,
    and of the ``rows`` of its program by the names of its constraints, in tCO2e/yr a unit."""

    links: tuple[float, ...]
    rows: dict[str, tuple[float, ...]]


class SideRecord(Record):
    """A model beside the layout. ``objective`` is what it adds to the plan's, ``low`` to ``high`` whatever
    its factors are within their ranges; ``bound`` a floor of it beside this layout, ``least`` beside any, in
    tCO2e/yr; ``gap`` the room between objective and bound as a share of the objective. ``linked``: layout and
    model were planned together, not one after the other."""

    kind: Literal["cycle", "services", "measures"]
    linked: bool
    objective: float
    bound: float
    least: float
    gap: float
    low: float
    high: float
    links: tuple[LinkRecord, ...]
    proof: SideProofRecord | None = None


class ScheduleRecord(Record):
    """The order of the changes, found after the plan: ``objective`` is what the changes emit until the end of
    the last year beside land that keeps its class, ``bound`` a floor of every order, in tCO2e; ``gap`` their
    distance as a share of ``scale``, from the best order of patches on their own to the worst, and ``asked``
    how near was asked for. ``low`` and ``high`` are what the objective can be at either end of the ranges of
    carbon coefficients. ``proven`` is what the ``prices`` of the rows (kind: places, years), in tCO2e a
    unit, prove by themselves; what lies above it was proven by HiGHS.

    By year: ``area_ha`` that changes, ``cost`` in the unit of the indicator that tells it (None: none does),
    ``homes_ha`` of new land for homes, and ``cropland_ha`` by which cropland grows.
    """

    name: str
    years: tuple[int, ...]
    patches: int
    objective: float
    low: float
    high: float
    bound: float
    proven: float
    scale: float
    gap: float
    asked: float
    area_ha: tuple[float, ...]
    cost: tuple[float, ...] | None
    homes_ha: tuple[float, ...]
    cropland_ha: tuple[float, ...]
    prices: dict[str, tuple[tuple[float, ...], ...]]


class StagesRecord(Record):
    """The stages of a plan: from ``years`` on, for so many years each (``lasts``), land is as in its stage.

    ``changed_ha`` is what changes at each; ``values`` every indicator in each, in its unit; ``emissions`` is
    net emissions x years over all stages, in tCO2e. ``objective``: ``mean``, indicators counted unit by unit
    count in it with their mean over all years; ``last``, with their value in the last stage.
    """

    years: tuple[int, ...]
    lasts: tuple[float, ...]
    objective: Literal["mean", "last"]
    changed_ha: tuple[float, ...]
    values: dict[str, tuple[float, ...]]
    emissions: float


class FileRecord(Record):
    """A file that was written into a result: its size and sha256, and what it is.

    ``content`` is the hash of an SQLite file without the bytes that change where somebody only looks at it.
    """

    bytes: int
    sha256: str
    what: str
    content: str | None = None


class StudyRecord(Record):
    """What the study of a run says: the sha256 of its tables as canonical JSON, whole and table by table."""

    sha256: str
    parts: dict[str, str]


class BreachRecord(Record):
    """How much of a layout breaks a red line (by its name), or the table of transitions (``None``)."""

    redline: str | None
    units: int
    area_ha: float


class CertifiedRecord(Record):
    """The certified plan beside which a layout was scored: its objective and bound (tCO2e/yr), its indicators
    by name, and the land on which the two differ. ``certificate`` is the sha256 of its certificate.

    ``same_question`` is False where it answers another study, whose bound says nothing of this one.
    """

    objective: float
    bound: float | None
    indicators: dict[str, float]
    differs_ha: float
    same_question: bool
    certificate: str | None = None


class ScoreRecord(Record):
    """Of a layout that somebody drew: whether it ``keeps`` to limits, red lines and transitions, what it
    breaks of the rules, and the certified plan beside it. Limits that it misses have a slack below 0.

    ``split`` counts pieces that stay whole whose units have several classes; ``filled_ha`` is land on which
    the layout had no class and the certified plan's was taken.
    """

    keeps: bool
    rules: tuple[BreachRecord, ...]
    split: int = 0
    filled_ha: float = 0.0
    certified: CertifiedRecord | None = None


class RoundedRowRecord(Record):
    """A limit rounded to whole units: the bound ``side`` of the ``row``-th limit (from 0) of the
    certificate, to units of ``size`` in the indicator's unit, counted from the ``least`` that each unit may
    add or from a ``layout``: today's land but for ``otherwise``. ``price`` in tCO2e/yr a step."""

    row: int
    side: Literal["at_least", "at_most"]
    size: float
    counted_from: Literal["least", "layout"]
    price: float


class RoundingRecord(Record):
    """What rounding limits to whole units proves beyond ``ProofRecord.bound``: ``bound``, at ``prices`` of
    the limits and of the ``rows``. ``otherwise``: units (from 0) on which these are counted from a class
    (from 0) that is not today's."""

    bound: float
    prices: tuple[float, ...]
    rows: tuple[RoundedRowRecord, ...]
    otherwise: tuple[tuple[int, int], ...]


class ProofRecord(Record):
    """What proves the bound: the ``prices`` of the limits, one for each of them and in their order, in
    tCO2e/yr per unit of the indicator (in a front, in the unit of what it minimises). ``bound`` is what they
    prove by themselves, without a solver; None where that was not counted. What lies above it was proven by
    ``rounding`` limits to whole units, and beyond that by HiGHS.
    """

    bound: float | None
    prices: tuple[float, ...]
    rounding: RoundingRecord | None = None
