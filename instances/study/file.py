"""A study file on disk: read, its scenarios laid over the base, and checked against the schema.

Unknown keys are refused with the nearest known one, and every finding is reported at once. Paths are relative
to the study file. ``StudyFile.scenario`` overlays one scenario on the base and checks the result again.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from instances.study.faults import did_you_mean, sentence
from instances.study.findings import Findings, StudyError
from instances.study.schema import BASE, Study


class StudyFile:
    """A study file: its folder (for relative paths), its text tree, and its typed scenarios."""

    def __init__(self, path: Path, tree: Mapping[str, Any]) -> None:
        self.path = path
        self.tree = dict(tree)
        self.base = parse_study(self.tree, str(path.name))

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
                f"scenario {name}",
                f"the study has no such scenario, only {', '.join(self.scenario_names)}",
                did_you_mean(name, self.scenario_names) or "Name one of these",
            )
            raise StudyError(findings.errors)
        override = self.base.scenarios[name]
        return parse_study(resolve(self.tree, override), f"scenarios.{name}")

    def resolved(self, name: str = BASE) -> dict[str, Any]:
        """The tree of one scenario, without the others: what a run folder keeps as ``study.toml``."""
        tree = self.tree if name == BASE else resolve(self.tree, self.base.scenarios[name])
        return {key: value for key, value in tree.items() if key != "scenarios"}


def load_study(path: str | Path) -> StudyFile:
    """Read a study file; ``StudyError`` with every finding where it is missing, not TOML, or not a study."""
    path = Path(path)
    findings = Findings()
    text = ""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        findings.error(
            str(path), "there is no such file", "Check the path, or write one with `sansheng init`"
        )
    except IsADirectoryError:
        findings.error(str(path), "is a folder, not a study file", f"Name the file: {path / 'study.toml'}")
    except UnicodeDecodeError as fault:
        findings.error(str(path), f"is not UTF-8 text (byte {fault.start})", "Save the study file as UTF-8")
    except OSError as fault:
        findings.error(str(path), f"cannot be read ({fault.strerror})", "Check its permissions")
    findings.raise_errors()
    tree: dict[str, Any] = {}
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        findings.error(
            str(path), f"is not TOML: {fault}", "Mend that line; strings need quotes, tables [brackets]"
        )
    findings.raise_errors()
    return StudyFile(path, tree)


def resolve(base: Mapping[str, Any], override: Mapping[str, Any]) -> dict[str, Any]:
    """Lay a scenario's tables over the base: tables merge, values replace; a limit takes the place of the
    base limit on the same indicator and districts, or joins them."""
    merged = dict(base)
    for key, value in override.items():
        if key == "limits" and isinstance(value, list) and isinstance(merged.get(key), list):
            merged[key] = _merge_limits(merged[key], value)
        elif isinstance(value, Mapping) and isinstance(merged.get(key), Mapping):
            merged[key] = resolve(merged[key], value)
        else:
            merged[key] = value
    return merged


def _merge_limits(base: list[Any], override: list[Any]) -> list[Any]:
    def key(limit: Any) -> tuple[Any, ...]:
        return (
            tuple(limit.get(part) for part in ("indicator", "by", "district"))
            if isinstance(limit, Mapping)
            else ()
        )

    replaced = {key(limit) for limit in override}
    return [limit for limit in base if key(limit) not in replaced] + override


def parse_study(tree: Mapping[str, Any], place: str) -> Study:
    """The typed study of a tree; ``StudyError`` with every finding, each at its dotted key."""
    try:
        return Study.model_validate(dict(tree))
    except ValidationError as invalid:
        findings = Findings()
        for error in invalid.errors():
            findings.error(*sentence(error, place))
        raise StudyError(findings.errors) from None
