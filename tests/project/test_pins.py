from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.project.test_dependencies import PROJECT, declared

ROOT = Path(__file__).resolve().parents[2]
PINS = runpy.run_path(str(ROOT / "docs" / "pins.py"))
SYSTEMS = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}


def test_a_pin_is_a_name_and_a_version() -> None:
    """No address, path or option stands among the pins, so that they hold wherever packages come from."""
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"[a-z0-9-]+==[\w.]+( ; [\w .'=<>!()*]+)?", line), line


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_every_dependency_is_pinned_within_its_range(python: str, system: str) -> None:
    """On every Python and system that we support, what is declared has one pin, of a version that will do."""
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": system,
        "platform_system": SYSTEMS[system],
    }
    pins = PINS["pins"](environment)
    for texts in (PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()):
        for rule in map(Requirement, texts):
            if canonicalize_name(rule.name) != "sansheng":
                assert rule.specifier.contains(pins[canonicalize_name(rule.name)]), rule
    assert declared("dependencies") <= set(pins)


def test_what_moved_is_told() -> None:
    """A package of another version, one that came and one that went each have a line; others have none."""
    old, new = {"same": "1", "other": "1.0", "gone": "2"}, {"same": "1", "other": "1.1", "come": "3"}
    assert PINS["moved"](old, new) == ["come none → 3", "gone 2 → none", "other 1.0 → 1.1"]
