"""The resolved copy of a study: one scenario, its settings, and paths that hold from its own folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli_w

from formulations.core.solution import SolveSettings
from instances.carbon.coefficient_csv import is_file
from instances.study.file import StudyFile
from instances.study.model_tables import MODEL_FILES, ON_TIME
from instances.study.policies import is_own

HEADER = "# Scenario {scenario} of {name} as it was run. Runs again from here: sansheng run study.toml\n\n"
SWEEP_HEADER = (
    "# {question}: scenario {scenario} of {name}. Runs again from here: sansheng run study.toml\n\n"
)
FILES = ("per_class", "per_change")
"""Keys of an indicator that may name a file."""
WIDEST_GAP = 0.5
"""A study file asks for no wider gap, however wide that of a question was."""


def resolved_text(
    source: StudyFile,
    scenario: str,
    folder: Path,
    settings: Mapping[str, Any] | None = None,
    question: str = "",
) -> str:
    """The text of ``study.toml`` for a folder: the scenario laid over the base, paths relative to the folder.

    ``settings`` are those of the run (``Certificate.settings``); they become the copy's ``[solver]``.
    ``question`` is the one that it asks, where a sweep asked it.
    """
    tree = resolved_tree(source, scenario, folder, settings)
    if settings is not None and question:
        tree["solver"]["gap"] = min(WIDEST_GAP, settings["gap"])
    header = SWEEP_HEADER if question else HEADER
    told = {"scenario": scenario, "name": source.path.name, "question": question}
    plain = {name: _in_one_line(text) for name, text in told.items()}
    return header.format(**plain) + tomli_w.dumps(tree)


def resolved_tree(
    source: StudyFile, scenario: str, folder: Path, settings: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The tree of one scenario as it stands in ``study.toml`` of a folder; see ``resolved_text``."""
    tree = _with_paths(source.resolved(scenario), source.folder, folder)
    if settings is not None:
        known = SolveSettings.__dataclass_fields__
        tree["solver"] = {key: settings[key] for key in known if settings.get(key) is not None}
        tree["solver"].pop("relative_to", None)
    return tree


def _in_one_line(text: str) -> str:
    """A name as it may stand in a comment, which ends with its line and holds no control characters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def moved(path: str, old: Path, new: Path) -> str:
    """A path relative to the folder ``old`` as it reads from the folder ``new``.

    Absolute paths and GDAL's virtual ones stay; where the two folders share no root it becomes absolute.
    """
    if path.startswith("/vsi") or Path(path).is_absolute():
        return path
    target = (old / path).resolve()
    try:
        return Path(os.path.relpath(target, new.resolve())).as_posix()
    except ValueError:
        return target.as_posix()


def _with_paths(tree: Mapping[str, Any], old: Path, new: Path) -> dict[str, Any]:
    """The tree with every path of it moved: the value of each ``path`` key, layers given as a bare path,
    tables that indicators name, and coefficients in a file of the user's own."""
    moved_tree = {key: _moved_value(value, old, new) for key, value in tree.items()}
    layers = tree.get("layers", {})
    bare = {name: moved(value, old, new) for name, value in layers.items() if isinstance(value, str)}
    if bare:
        moved_tree["layers"] = {**moved_tree["layers"], **bare}
    for kind, keys in (("indicators", FILES), ("models", MODEL_FILES)):
        named = {
            name: {
                key: moved(path, old, new)
                for key in keys
                if isinstance(path := table.get(key), str) and path != ON_TIME
            }
            for name, table in tree.get(kind, {}).items()
        }
        if any(named.values()):
            own = moved_tree[kind]
            moved_tree[kind] = {name: {**own[name], **paths} for name, paths in named.items()}
    if any("caps" in limit for limit in tree.get("limits", ())):
        moved_tree["limits"] = [
            {**limit, "caps": moved(limit["caps"], old, new)} if "caps" in limit else limit
            for limit in tree["limits"]
        ]
    if isinstance(tree.get("include"), list):
        moved_tree["include"] = [_moved_policy(entry, old, new) for entry in tree["include"]]
    factors = tree.get("life_cycle", {}).get("energy_factors")
    if factors is not None:
        moved_tree["life_cycle"] = {**moved_tree["life_cycle"], "energy_factors": moved(factors, old, new)}
    coefficients = tree.get("carbon", {}).get("coefficients")
    if coefficients is not None and is_file(coefficients):
        moved_tree["carbon"] = {**moved_tree["carbon"], "coefficients": moved(coefficients, old, new)}
    if "species" in tree:
        moved_tree["species"] = moved(tree["species"], old, new)
    if "lines" in tree.get("carbon", {}):
        moved_tree["carbon"] = {**moved_tree["carbon"], "lines": moved(tree["carbon"]["lines"], old, new)}
    return moved_tree


def _moved_policy(entry: Any, old: Path, new: Path) -> Any:
    """An entry of the policies of a study, the file of one of the user's own moved."""
    name = entry.get("policy") if isinstance(entry, Mapping) else None
    return {**entry, "policy": moved(name, old, new)} if isinstance(name, str) and is_own(name) else entry


def _moved_value(value: Any, old: Path, new: Path) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {
        key: _moved_paths(inner, old, new) if key == "path" else _moved_value(inner, old, new)
        for key, inner in value.items()
    }


def _moved_paths(paths: Any, old: Path, new: Path) -> Any:
    """The value of a ``path`` key moved: one path, or a list of paths and of tables with one each."""
    if isinstance(paths, list | tuple):
        return [_moved_paths(each, old, new) for each in paths]
    return moved(paths, old, new) if isinstance(paths, str) else _moved_value(paths, old, new)
