"""A study file on disk: read, policies laid under it and scenarios over it, and checked against the schema.

Unknown keys are refused with the nearest known one, and every finding is reported at once. Paths are relative
to the study file. ``StudyFile.scenario`` overlays one scenario on the base and checks the result again.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from instances.study.faults import did_you_mean, sentences
from instances.study.findings import Findings, StudyError
from instances.study.including import with_policies
from instances.study.overlay import resolve
from instances.study.renamed import with_names_of_today
from instances.study.schema import BASE, Study
from words.said import Said, say

MOST_BYTES = 20_000_000
"""A file larger than this is no study file."""
MOST_FAULTS = 100
"""Faults of one file that are told at once; what follows them is counted."""
MOST_LEVELS = 12
"""Tables within tables; a study needs five."""


class StudyFile:
    """A study file: its folder (for relative paths), its text tree with the names of today (``renamed`` has
    the places of older ones), and its typed scenarios."""

    def __init__(self, path: Path, tree: Mapping[str, Any], renamed: tuple[str, ...] = ()) -> None:
        self.path = path
        findings = Findings()
        self.tree, places = with_names_of_today(with_policies(tree, findings, path.parent))
        self.renamed = (*renamed, *places)
        try:
            self.base = parse_study(self.tree, str(path.name))
        except StudyError as wrong:
            raise StudyError((*findings.errors, *wrong.findings)) from None
        findings.raise_errors()

    @property
    def folder(self) -> Path:
        """The folder to which the study's paths are relative."""
        return self.path.parent

    @property
    def scenario_names(self) -> tuple[str, ...]:
        """The base and every alternative, in the order of the file."""
        return self.base.scenario_names

    def scenario(self, name: str = BASE) -> Study:
        """The study with one scenario's tables laid over the base; ``StudyError`` for an unknown name."""
        if name == BASE:
            return self.base
        if name not in self.base.scenarios:
            findings = Findings()
            findings.error(
                say("study_file.scenario", name=name),
                say("study_file.no_scenario", names=list(self.scenario_names)),
                did_you_mean(name, self.scenario_names) or say("study_file.name_scenario"),
            )
            raise StudyError(findings.errors)
        return parse_study(self._over_base(name), f"scenarios.{name}")

    def speaking(self, lang: str | None) -> StudyFile:
        """The same study in a language; None leaves its own."""
        return self if lang is None else StudyFile(self.path, {**self.tree, "lang": lang}, self.renamed)

    def tell_renamed(self, name: str, findings: Findings) -> None:
        """Warnings where a scenario uses names that have changed, its own or those of the base."""
        for place in self.renamed:
            if place.startswith("scenarios.") and not place.startswith(f"scenarios.{name}."):
                continue
            findings.warn(place, say("study_file.compactness"), say("study_file.functional_mesh"))

    def resolved(self, name: str = BASE) -> dict[str, Any]:
        """The tree of one scenario, without the others: what a run folder keeps as ``study.toml``."""
        tree = self.tree if name == BASE else self._over_base(name)
        return {key: value for key, value in tree.items() if key != "scenarios"}

    def _over_base(self, name: str) -> dict[str, Any]:
        """The tree with a scenario laid over it; a scenario has its own name for readers, or none."""
        base = {key: value for key, value in self.tree.items() if key != "label"}
        return resolve(base, self.base.scenarios[name])


def load_study(path: str | Path) -> StudyFile:
    """Read a study file; ``StudyError`` with every finding where it is missing, not TOML, or not a study."""
    path = Path(path)
    findings = Findings()
    text = _text(path, findings)
    findings.raise_errors()
    tree: dict[str, Any] = {}
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        findings.error(str(path), say("study_file.no_toml", fault=str(fault)), _mend_toml(text, str(fault)))
    except RecursionError:
        findings.error(str(path), say("study_file.deep"), say("study_file.flatten"))
    except ValueError as fault:  # a number of thousands of digits
        findings.error(str(path), say("study_file.no_toml", fault=str(fault)), say("study_file.mend_number"))
    if _levels(tree) > MOST_LEVELS:
        findings.error(str(path), say("study_file.deep"), say("study_file.flatten"))
    findings.raise_errors()
    return StudyFile(path, tree)


def _text(path: Path, findings: Findings) -> str:
    """The text of a study file; empty, with a finding, where it cannot be read."""
    place = str(path)
    try:
        if path.is_dir():
            findings.error(
                place, say("study_file.folder"), say("study_file.name_file", path=path / "study.toml")
            )
        elif path.exists() and not path.is_file():
            findings.error(place, say("study_file.no_regular"), say("study_file.save_file"))
        elif path.stat().st_size > MOST_BYTES:
            findings.error(
                place, say("study_file.large", mb=path.stat().st_size / 1e6), say("study_file.name_study")
            )
        else:
            return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        findings.error(place, say("study_file.no_file"), say("study_file.check_path"))
    except UnicodeDecodeError as fault:
        findings.error(place, say("study_file.no_utf8", byte=fault.start), say("study_file.save_utf8"))
    except OSError as fault:
        findings.error(
            place, say("study_file.unreadable", reason=fault.strerror), say("study_file.permissions")
        )
    except ValueError as fault:  # a path with a NUL byte
        findings.error(place, say("study_file.unreadable", reason=str(fault)), say("study_file.check_path"))
    return ""


def _mend_toml(text: str, fault: str) -> Said:
    """What to do about a line that is not TOML: most often a path of Windows in double quotes."""
    at = re.search(r"at line (\d+)", fault)
    lines = text.splitlines()
    line = lines[int(at[1]) - 1] if at is not None and 0 < int(at[1]) <= len(lines) else ""
    return say("study_file.mend_backslash" if "\\" in line else "study_file.mend_line")


def _levels(tree: Mapping[str, Any]) -> int:
    """How many tables and lists lie within each other, at the most."""
    deepest = 0
    waiting: list[tuple[int, Collection[Any]]] = [(1, tree.values())]
    while waiting:
        depth, values = waiting.pop()
        deepest = max(deepest, depth)
        for value in values:
            if isinstance(value, Mapping):
                waiting.append((depth + 1, value.values()))
            elif isinstance(value, list):
                waiting.append((depth + 1, value))
    return deepest


def parse_study(tree: Mapping[str, Any], place: str) -> Study:
    """The typed study of a tree; ``StudyError`` with every finding, each at its dotted key."""
    try:
        return Study.model_validate(dict(tree))
    except ValidationError as invalid:
        findings = Findings()
        errors = sentences(invalid.errors(), place)
        for told in errors[:MOST_FAULTS]:
            findings.error(*told)
        if len(errors) > MOST_FAULTS:
            more = say("study_file.more_faults", n=len(errors) - MOST_FAULTS)
            findings.error(place, more, say("study_file.mend_these"))
        raise StudyError(findings.errors) from None
