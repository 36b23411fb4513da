"""The embedded demo county, built and planned."""

from __future__ import annotations

from pathlib import Path

from formulations.core.solution import Watch
from instances.demo import write_demo
from planner.plans.optimise import Overrides, load
from planner.runs.place import place_for
from planner.runs.run import RunResult, run_into
from planner.runs.whole import writing

COUNTY = "county"
"""The folder, inside the demo's, of the county's own files."""


def demo(
    out: str | Path, *, size: int = 200, lang: str | None = None, watch: Watch | None = None
) -> RunResult:
    """Build the embedded county in ``out``/county, plan it, and write all deliverables into ``out``.

    The county has ``size`` x ``size`` cells, 20 to 5,000 a side. ``lang`` (zh or en) and ``watch`` as for
    ``load`` and ``run``. Raises ``StudyError`` for another size, or where ``out`` cannot be written.

    >>> planner.demo("out/demo", size=24).plan.certificate.cells > 300
    True
    """
    out = Path(out)
    with place_for(out) as place:
        draft = place.draft or out
        with writing(out):
            study = write_demo(draft / COUNTY, size, lang=lang or "en")
        settings = Overrides(gap=None, time_limit=None, method=None, threads=None)
        return run_into(place, load(study, lang=lang), settings, watch or Watch())
