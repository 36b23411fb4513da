"""Plan: a layout and the certificate that proves it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from formulations.problem import LayoutProblem
from formulations.solution import Solution
from instances.grid import Layout
from instances.instance import Instance

SCHEMA = "sansheng-certificate-1"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class IndicatorRecord(_Record):
    """An indicator in the plan and today."""

    value: float
    baseline: float
    unit: str


class LimitRecord(_Record):
    """One limit: its bounds, the plan's value, how much room is left, and what it costs."""

    indicator: str
    district: str | None
    at_least: float | None
    at_most: float | None
    value: float
    slack: float
    price: float | None
    price_unit: str


class ClassRecord(_Record):
    """A class of the plan: its raster code and names."""

    name: str
    code: int
    name_zh: str
    name_en: str
    colour: str


class Certificate(_Record):
    """What proves a plan; the fields of ``certificate.json``."""

    schema_: str = SCHEMA
    title: str
    scenario: str
    status: Literal["optimal", "feasible", "infeasible"]
    method: str
    sense: Literal["minimise"] = "minimise"
    objective: float | None
    bound: float | None
    gap: float | None
    seconds: float
    cells: int
    area_ha: float
    indicators: dict[str, IndicatorRecord]
    limits: tuple[LimitRecord, ...]
    classes: tuple[ClassRecord, ...]
    objective_weights: dict[str, float]
    marks: tuple[str, ...]
    inputs: dict[str, str]
    versions: dict[str, str]
    settings: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Plan:
    """A layout of an instance, how it was solved, and its certificate."""

    instance: Instance
    problem: LayoutProblem
    layout: Layout
    solution: Solution
    certificate: Certificate
