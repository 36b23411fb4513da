"""What has been read once and serves again: aligned inputs are shared between the scenarios of a study."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from instances.study.findings import Finding, Findings

T = TypeVar("T")


class ReadCache:
    """Keeps what a reader returned, with its findings, under a key that names all that decides it.

    Files are taken to stay as they are for as long as the cache lives; take a new one to read them again.
    """

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[Any, tuple[Finding, ...]]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable, read: Callable[[Findings], T], findings: Findings) -> T:
        """What ``read`` returns for this key, read at most once; its findings are told every time."""
        if key not in self._kept:
            found = Findings()
            self._kept[key] = (read(found), tuple(found))
        value, told = self._kept[key]
        for finding in told:
            findings.add(finding)
        kept: T = value
        return kept
