"""Reports of finished folders, written again from their files."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from planner.alternatives.page import alternatives_page, are_alternatives
from planner.compare.page import compare_page, is_comparison
from planner.pareto.page import front_page, is_front
from planner.report.page import write_report
from planner.robust.page import is_robust, robust_page
from planner.runs.found import runs_in
from planner.runs.manifest import relist, renewing
from planner.runs.profiles import REPORT
from planner.runs.reopen import reopen
from planner.runs.whole import writing


def report(folder: str | Path, *, lang: str | None = None) -> tuple[Path, ...]:
    """Write the report of a finished run again, or of a comparison, front, alternatives
    or robustness sweep; returns the files written.

    Of these, the report of every run inside it as well. ``lang`` is zh or en, by default
    each study's. Raises ``StudyError`` where the folder holds nothing finished, its inputs changed since,
    or it cannot be written; a report from before is then kept.

    >>> [path.name for path in planner.report("out/base", lang="zh")]
    ['report.html']
    """
    folder = Path(folder)
    runs = [_rewrite(run, lang) for run in runs_in(folder)]
    pages: tuple[tuple[Callable[[Path], bool], Callable[[Path, str | None], str]], ...] = (
        (is_comparison, compare_page),
        (is_front, front_page),
        (are_alternatives, alternatives_page),
        (is_robust, robust_page),
    )
    for known, page in pages:
        if known(folder):
            text = page(folder, lang)
            runs.insert(0, _replace(folder / REPORT, partial(_write, text=text)))
    return tuple(runs)


def _rewrite(run: Path, lang: str | None) -> Path:
    plan = reopen(run, lang)
    return _replace(run / REPORT, partial(write_report, plan, lang=lang))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _replace(path: Path, write: Callable[[Path], None]) -> Path:
    """Write a file beside the old one, then in its place; its draft stays until all lists know of it, so that
    one who is killed in between leaves no file that seems to be changed by somebody."""
    draft = renewing(path)
    second = draft.with_name(f"{draft.name}2")
    with writing(path):
        try:
            write(draft)
            shutil.copyfile(draft, second)
            second.replace(path)
            relist([path])
        finally:
            second.unlink(missing_ok=True)
            draft.unlink(missing_ok=True)
    return path
