"""Tell which packages of this environment are not the versions of constraints.txt: name, old and new.

python docs/pins.py
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CONSTRAINTS = Path(__file__).resolve().parent.parent / "constraints.txt"
OURS = {"sansheng", "pip", "setuptools"}


def pins(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """The version of every package in constraints.txt, here or in another environment."""
    lines = CONSTRAINTS.read_text(encoding="utf-8").splitlines()
    rules = [Requirement(line) for line in lines]
    here = [rule for rule in rules if rule.marker is None or rule.marker.evaluate(dict(environment or {}))]
    return {canonicalize_name(rule.name): next(iter(rule.specifier)).version for rule in here}


def moved(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """A line for every package whose version is another, that has come, or that is gone."""
    return [
        f"{name} {old.get(name, 'none')} → {new.get(name, 'none')}"
        for name in sorted({*old, *new} - OURS)
        if old.get(name) != new.get(name)
    ]


if __name__ == "__main__":
    installed = {canonicalize_name(one.name): one.version for one in distributions()}
    print("\n".join(moved(pins(), installed)) or "Every package has the version of constraints.txt.")
