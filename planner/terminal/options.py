"""The options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Method(StrEnum):
    """How a plan is sought."""

    AUTO = "auto"
    EXACT = "exact"
    DECOMPOSE = "decompose"


class Lang(StrEnum):
    """Language of maps, layers and reports, and of what is printed."""

    CHINESE = "zh"
    ENGLISH = "en"


StudyPath = Annotated[Path, typer.Argument(metavar="STUDY", help="help.study")]
ScenarioName = Annotated[str, typer.Option("--scenario", help="help.scenario")]
Gap = Annotated[
    float | None,
    typer.Option("--gap", metavar="SHARE", help="help.gap"),
]
TimeLimit = Annotated[
    float | None,
    typer.Option("--time-limit", metavar="S", help="help.time_limit"),
]
MethodName = Annotated[
    Method | None,
    typer.Option("--method", help="help.method"),
]
Threads = Annotated[int | None, typer.Option("--threads", metavar="N", help="help.threads")]
WithPrices = Annotated[
    bool,
    typer.Option(
        "--prices",
        help="help.prices",
    ),
]
LangName = Annotated[
    Lang | None,
    typer.Option("--lang", help="help.lang"),
]
WorkerCount = Annotated[
    int | None,
    typer.Option("--workers", metavar="N", help="help.workers"),
]
ClusterAddress = Annotated[
    str | None,
    typer.Option("--cluster", metavar="ADDRESS", help="help.cluster"),
]
MapLayer = Annotated[
    str | None,
    typer.Option(
        "--layer",
        metavar="NAME",
        help="Which layer of the map's file; default: the plan's own, or the only one.",
    ),
]
MapField = Annotated[
    str | None,
    typer.Option("--field", metavar="NAME", help="The field of classes, of polygons; default: a usual name."),
]
MapScheme = Annotated[
    str | None,
    typer.Option(
        "--scheme",
        metavar="NAME",
        help="What the map's codes are: a class scheme, or landcover or plan for the study's own; "
        "default: found out.",
    ),
]
MapClasses = Annotated[
    Path | None,
    typer.Option("--classes", metavar="CSV", help="What the map's codes are: a table with code and class."),
]
MapCrs = Annotated[
    str | None, typer.Option("--crs", metavar="CRS", help="The map's CRS, where its file states none.")
]
