"""A finished run in other formats, from its own files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from instances.study.findings import Finding, StudyError
from planner.export.formats import Wanted, formats_of, write_formats
from planner.plans.plan import Certificate
from planner.quality.check import CHECKED, QUALITY, check_quality, write_quality
from planner.quality.item import LayerItem
from planner.runs.folder import certificate_from
from planner.runs.found import read_certificate, runs_in
from planner.runs.manifest import CERTIFICATE, STUDY, read_proof
from planner.runs.profiles import EXPORT
from planner.runs.reopen import reopen
from planner.runs.resolved import resolved_text
from planner.runs.whole import whole_folder, writing
from words.said import say

FIELDS, AREAS = ("own", "standard"), ("own", "both")


@dataclass(frozen=True)
class ExportResult:
    """The folder that was written, and what to know of the formats."""

    folder: Path
    findings: tuple[Finding, ...] = ()
    quality: tuple[LayerItem, ...] = ()
    """Every check of names, types, lengths and topology, where they were asked for."""


def export(
    folder: str | Path,
    formats: Sequence[str],
    *,
    fields: str = "own",
    areas: str = "own",
    lang: str | None = None,
    out: str | Path | None = None,
    check: bool = False,
) -> ExportResult:
    """Write a finished run in other ``formats`` (xlsx, qgz, gpkg, tif, parquet, gdb, shp, all), unsolved.

    ``fields`` are named ``own`` or by the territorial-planning database ``standard``; ``areas`` (ha) are as
    planned (``own``), or planar and ellipsoidal ones stand beside them (``both``); ``lang`` is zh or en, by
    default the study's. Of a comparison or a front every run inside it is written, and workbooks compare them
    all. ``out`` is by default a folder beside the run's, named DIR-FORMAT. With ``check`` every layer is read
    back and held against the database standard (``quality``), which is also written as ``quality.csv``.

    Raises ``StudyError`` where the folder holds nothing finished, its inputs changed since, or a format, or
    the place to write, is wrong.

    >>> planner.export("out/base", ["parquet"], out="out/exchange").folder.name
    'exchange'
    """
    folder = Path(folder)
    runs = runs_in(folder)
    _refuse_unknown("--fields", fields, FIELDS)
    _refuse_unknown("--areas", areas, AREAS)
    if check and not formats_of(formats) & CHECKED:
        fault, remedy = (
            say("deliverables_export.nothing_to_check"),
            say("deliverables_export.checkable", names=sorted(CHECKED)),
        )
        raise StudyError([Finding("--check", fault, remedy)])
    wanted = Wanted(
        formats=formats_of(formats),
        lang=lang,
        standard_fields=fields == "standard",
        both_areas=areas == "both",
        scenarios=_compared(runs),
    )
    named = "-".join(dict.fromkeys(str(one) for one in formats))
    target = Path(out) if out is not None else folder.resolve().with_name(f"{folder.resolve().name}-{named}")
    notes: dict[Finding, None] = {}
    quality: list[LayerItem] = []
    for run in runs:
        found, items = _one(run, target / run.relative_to(folder), wanted, check)
        notes |= dict.fromkeys(found)
        # of several runs every line says which of them it is about
        inside = run.relative_to(folder)
        quality += [replace(one, file=(inside / one.file).as_posix()) for one in items]
    return ExportResult(target, tuple(notes), tuple(quality))


def _refuse_unknown(place: str, given: str, known: tuple[str, ...]) -> None:
    if given not in known:
        raise StudyError(
            [
                Finding(
                    place,
                    say("runs_settings.unknown", given=given),
                    say("runs_settings.name_one", names=known),
                )
            ]
        )


def _compared(runs: tuple[Path, ...]) -> dict[str, Certificate]:
    """The certificates of several runs, by scenario or, where that does not tell them apart, by folder."""
    if len(runs) == 1:
        return {}
    found = {run.name: read_certificate(run) for run in runs}
    by_scenario = {one.scenario: one for one in found.values()}
    return by_scenario if len(by_scenario) == len(runs) else found


def _one(
    run: Path, place: Path, wanted: Wanted, check: bool
) -> tuple[tuple[Finding, ...], tuple[LayerItem, ...]]:
    """Write one run to its place, whole or not at all, and check its layers where that is asked for."""
    if _is_run(place):
        raise StudyError(
            [Finding(str(place), say("runs_folders.of_a_run"), say("runs_folders.name_another"))]
        )
    plan = reopen(run, wanted.lang)
    assert plan.source is not None
    with whole_folder(place) as draft, writing(place):
        certificate = certificate_from(plan, draft).model_copy(update={"profile": EXPORT.name})
        notes = write_formats(replace(plan, certificate=certificate), draft, wanted)
        items = check_quality(draft, plan.instance.grid) if check else ()
        if check:
            write_quality(items, draft / QUALITY, wanted.lang or plan.instance.study.lang)
        text = resolved_text(plan.source, plan.instance.scenario, draft)
        (draft / STUDY).write_text(text, encoding="utf-8")
        (draft / CERTIFICATE).write_text(certificate.text(), encoding="utf-8")
    return notes, items


def _is_run(place: Path) -> bool:
    """True for the folder of a run, which no export replaces."""
    told = read_proof(place / CERTIFICATE) or {}
    return (place / STUDY).exists() and told.get("profile") != EXPORT.name
