"""Finished runs on the disk: the certificate of a folder, and the runs inside one."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from instances.study.findings import Finding, StudyError
from planner.plans.plan import SCHEMA, Certificate
from planner.runs.manifest import CERTIFICATE, STUDY
from words.said import say


def read_certificate(folder: Path) -> Certificate:
    """The certificate of a run's folder; ``StudyError`` where there is none that can be read."""
    path = folder / CERTIFICATE
    try:
        return Certificate.model_validate_json(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        fault, remedy = say("runs_verify.no_certificate"), say("runs_verify.name_a_run")
    except (OSError, UnicodeDecodeError) as wrong:
        fault, remedy = say("runs_verify.cannot_read", fault=wrong), say("runs_verify.check_or_again")
    except ValidationError as wrong:
        first = wrong.errors()[0]
        where = ": ".join(filter(None, (".".join(str(part) for part in first["loc"]), first["msg"])))
        fault = say("runs_verify.no_form", form=SCHEMA, where=where)
        remedy = say("runs_verify.again")
    raise StudyError([Finding(str(path), fault, remedy)])


def runs_in(folder: str | Path) -> tuple[Path, ...]:
    """The folders of finished runs: the folder itself or, of a comparison or a front, those inside it.

    ``StudyError`` where there is none.

    >>> [path.name for path in planner.runs_in("out/base")]
    ['base']
    """
    folder = Path(folder)
    if _is_run(folder):
        return (folder,)
    found = [path.parent for depth in ("*", "*/*") for path in folder.glob(f"{depth}/{CERTIFICATE}")]
    runs = tuple(sorted(path for path in found if _is_run(path)))
    if not runs:
        read_certificate(folder)
        raise StudyError([Finding(str(folder), say("runs_verify.no_run"), say("runs_verify.name_one"))])
    return runs


def _is_run(folder: Path) -> bool:
    return (folder / CERTIFICATE).is_file() and (folder / STUDY).is_file()
