"""One line of a quality check: what was checked of a layer, how much of it, and how much is at fault."""

from __future__ import annotations

from dataclasses import dataclass

from instances.study.findings import Severity


@dataclass(frozen=True, slots=True)
class Item:
    """One check of one layer: ``rule`` (a key of ``quality_rules``), what a fault means, how many things were
    looked at, how many are at fault, and an example of them."""

    rule: str
    severity: Severity
    checked: int
    faults: int
    example: str = ""


@dataclass(frozen=True, slots=True)
class LayerItem:
    """A check with the file and layer that it is about."""

    file: str
    layer: str
    item: Item

    @property
    def fails(self) -> bool:
        """True for a fault for which a database is sent back."""
        return bool(self.item.faults) and self.item.severity is Severity.ERROR
