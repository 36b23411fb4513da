from __future__ import annotations

import ast
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OURS = {"planner", "formulations", "instances", "words", "tests", "benchmarks", "docs"}
QGIS = {"qgis"}
"""Comes with QGIS, never from an index of packages; what needs it runs in QGIS's own Python."""
DISTRIBUTIONS = {"PIL": "pillow", "fontTools": "fonttools", "tomli_w": "tomli-w"}
UNSEEN = {
    "pyarrow": "GeoPandas writes GeoParquet with it",
    "pytest-randomly": "a plugin of pytest",
    "pytest-timeout": "a plugin of pytest",
    "pytest-xdist": "a plugin of pytest",
    "ruff": "a command",
    "mypy": "a command",
    "import-linter": "a command",
    "pre-commit": "a command",
    "myst-parser": "an extension of Sphinx",
    "furo": "a theme of Sphinx",
}
"""What is used without being imported."""


def declared(*groups: str) -> set[str]:
    """Distributions that pyproject.toml declares in some of its groups."""
    lists = {"dependencies": PROJECT["dependencies"], **PROJECT["optional-dependencies"]}
    return {canonicalize_name(Requirement(text).name) for group in groups for text in lists[group]}


def imported(folder: str) -> set[str]:
    """Distributions of others that the code of a folder imports."""
    names: set[str] = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module is not None:
                names.add(node.module)
    roots = {name.split(".")[0] for name in names} - sys.stdlib_module_names - OURS - QGIS
    return {canonicalize_name(DISTRIBUTIONS.get(root, root)) for root in roots}


@pytest.mark.parametrize(
    ("folder", "groups"),
    [
        ("instances", ()),
        ("formulations", ()),
        ("planner", ()),
        ("tests", ("test",)),
        ("benchmarks", ("bench",)),
        ("docs", ("test", "docs")),
    ],
)
def test_what_is_imported_is_declared(folder: str, groups: tuple[str, ...]) -> None:
    """Whoever installs Sansheng has every package that its code asks for, not by way of another package."""
    assert imported(folder) <= declared("dependencies", *groups)


@pytest.mark.slow
def test_what_is_declared_is_used() -> None:
    """Nothing is installed that neither an import nor a reason asks for, and nothing is declared twice."""
    used = {name for folder in OURS for name in imported(folder)} | set(UNSEEN)
    groups = ["dependencies", *PROJECT["optional-dependencies"]]
    assert {name for group in groups for name in declared(group)} - {"sansheng"} <= used
    texts = [*PROJECT["dependencies"], *(t for ts in PROJECT["optional-dependencies"].values() for t in ts)]
    names = [canonicalize_name(Requirement(text).name) for text in texts]
    assert len(names) == len(set(names))
