"""Reports of finished folders, written again from their files."""

from __future__ import annotations

from pathlib import Path

from planner.folder import REPORT
from planner.reopen import reopen, runs_in
from planner.report.page import write_report
from planner.whole import writing


def rewrite_reports(folder: Path, lang: str | None = None) -> tuple[Path, ...]:
    """Write the report of every run in a folder again; returns the files written.

    ``lang`` is zh or en, by default each study's. Raises ``StudyError`` where the folder holds no finished
    run, its inputs changed since, or it cannot be written; a report from before is then kept.
    """
    return tuple(_rewrite(run, lang) for run in runs_in(folder))


def _rewrite(run: Path, lang: str | None) -> Path:
    """Write one report beside the old one, then in its place."""
    path = run / REPORT
    plan = reopen(run, lang)
    draft = path.with_name(f".{REPORT}.draft")
    with writing(path):
        try:
            write_report(plan, draft, lang)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    return path
