from __future__ import annotations

import runpy
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def loaded_by(module: str) -> set[str]:
    """Names of all modules that a fresh Python holds after importing one."""
    code = f"import sys, {module}; print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("module", ["instances.instance", "planner.verify", "planner.cli"])
def test_no_solver_is_loaded_where_none_is_needed(module: str) -> None:
    """Reading a study, verifying a plan and asking for help load neither Pyomo nor HiGHS."""
    assert not {"pyomo", "highspy"} & loaded_by(module)


def test_help_draws_nothing() -> None:
    """The command line starts without the drawing library, which is slow to load."""
    assert "matplotlib" not in loaded_by("planner.cli")


def test_the_installed_packages_are_the_three_of_the_house() -> None:
    """What is installed is planner, formulations and instances, each with its data files."""
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == ["planner", "formulations", "instances"]
    assert all((ROOT / package / "__init__.py").is_file() for package in wheel["packages"])


def test_the_version_is_in_the_changelog() -> None:
    """Whoever updates finds what changed."""
    assert f"## {PROJECT['project']['version']}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_map_of_the_house_is_the_house() -> None:
    """Whoever looks for a subject finds its file in CONTRIBUTING.md; `make map` writes it again."""
    written = runpy.run_path(str(ROOT / "docs" / "house.py"))["page"]()
    assert (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8") == written, "run `make map`"
