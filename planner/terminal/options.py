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


StudyPath = Annotated[Path, typer.Argument(metavar="STUDY", help="The study file, such as study.toml.")]
ScenarioName = Annotated[str, typer.Option("--scenario", help="Which scenario of the study.")]
Gap = Annotated[
    float | None,
    typer.Option("--gap", help="How close to the best possible is close enough; 0.001 is 0.1 %."),
]
TimeLimit = Annotated[
    float | None,
    typer.Option("--time-limit", metavar="S", help="Stop after so many seconds with the best plan so far."),
]
MethodName = Annotated[
    Method | None,
    typer.Option("--method", help="How to solve: auto chooses by structure and size, and says why."),
]
Threads = Annotated[int | None, typer.Option("--threads", metavar="N", help="Threads of the solver.")]
WithPrices = Annotated[
    bool,
    typer.Option(
        "--prices",
        help="Also how far prices hold, and what each red line costs: as a whole, by patch and by unit.",
    ),
]
LangName = Annotated[
    Lang | None,
    typer.Option(
        "--lang", help="Language of maps, layers and reports, and of what is printed; default: the study's."
    ),
]
WorkerCount = Annotated[
    int | None,
    typer.Option(
        "--workers", metavar="N", help="Solves at a time; default: as many as cores and memory allow."
    ),
]
ClusterAddress = Annotated[
    str | None,
    typer.Option(
        "--cluster", metavar="ADDRESS", help="A running Dask cluster to solve on, such as tcp://HOST:8786."
    ),
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
