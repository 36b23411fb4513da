"""What is read once and serves again."""

from __future__ import annotations

from instances.layers.read_cache import ReadCache
from instances.study.findings import Findings


def test_a_part_is_read_once_and_its_findings_are_told_each_time() -> None:
    """The second scenario gets the same arrays and the same warnings without reading again."""
    read: list[str] = []

    def part(findings: Findings) -> list[str]:
        findings.warn("layers.slope", "covers half of the area", "Extend it")
        read.append("slope")
        return ["slope"]

    cache, first, second = ReadCache(), Findings(), Findings()
    one = cache.get("slope", part, first)
    other = cache.get("slope", part, second)
    assert one is other
    assert read == ["slope"]
    assert len(cache) == 1
    assert list(first) == list(second)
    assert str(second.items[0]) == "layers.slope: covers half of the area. Extend it."
