"""Where results go: a folder written whole or not at all, or nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from planner.runs.manifest import CERTIFICATE
from planner.runs.whole import whole_folder


@dataclass(frozen=True)
class Place:
    """``draft``: where files are put before they become the folder ``out``; both None where nothing is
    written."""

    draft: Path | None = None
    out: Path | None = None


@contextmanager
def place_for(out: str | Path | None, proof: str = CERTIFICATE) -> Iterator[Place]:
    """The place of a result, None for nowhere; ``proof`` as for ``whole_folder``."""
    if out is None:
        yield Place()
        return
    out = Path(out)
    with whole_folder(out, proof) as draft:
        yield Place(draft, out)
