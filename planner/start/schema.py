"""The JSON schema of the study file: given, written to a file, or beside a study that names it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from instances.study.findings import Finding, StudyError
from instances.study.json_schema import MADE, study_schema
from planner.runs.whole import writing
from words.said import say

BESIDE = "sansheng.schema.json"
"""The schema's file beside a new study."""


def schema(out: str | Path | None = None, *, lang: str = "en", force: bool = False) -> dict[str, Any]:
    """The JSON schema of the study file, described in a language (zh or en); written to ``out`` too.

    ``force`` replaces a file that is no schema of ours. Raises ``StudyError`` where ``out`` cannot be made.

    >>> sorted(planner.schema()["required"])
    ['landcover', 'title']
    """
    found = study_schema(lang)
    if out is not None:
        out = Path(out)
        if out.is_dir():
            remedy = say("study_schema.name_file", path=str(out / BESIDE))
            raise StudyError([Finding(str(out), say("study_schema.folder"), remedy)])
        if out.exists() and not force and not _is_ours(out):
            raise StudyError([Finding(str(out), say("study_schema.there"), say("study_schema.other"))])
        _write(found, out)
    return found


def addressed(text: str, folder: Path, lang: str) -> str:
    """The text of a study for ``folder`` with the address of its schema in the first line, which is written
    beside it; as it is where another file of that name is there."""
    path = folder / BESIDE
    if path.exists() and not _is_ours(path):
        return text
    _write(study_schema(lang), path)
    return f"#:schema ./{BESIDE}\n{text}"


def _write(found: dict[str, Any], out: Path) -> None:
    with writing(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        draft = out.with_name(f".{out.name}.draft")
        try:
            draft.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            draft.replace(out)
        finally:
            draft.unlink(missing_ok=True)


def _is_ours(path: Path) -> bool:
    """Whether a file is a schema that this program wrote."""
    try:
        return MADE in path.read_text(encoding="utf-8")[:1000]
    except (OSError, UnicodeDecodeError):
        return False
