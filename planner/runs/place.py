"""Where results go: a folder written whole or not at all, or nowhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from planner.runs.whole import CERTIFICATE, whole_folder


@dataclass(frozen=True)
class Place:
    """``beside``: the path beside which work is kept; ``draft``: where files are put before they become the
    folder ``out``; both None where nothing is written."""

    beside: Path
    draft: Path | None = None
    out: Path | None = None


@contextmanager
def place_for(out: str | Path | None, names: Collection[str], proof: str = CERTIFICATE) -> Iterator[Place]:
    """The place of a result; ``names`` and ``proof`` as for ``whole_folder``.

    Without ``out`` nothing is written, and what is kept on the way is gone when the block ends.
    """
    if out is None:
        with TemporaryDirectory(prefix="sansheng-", ignore_cleanup_errors=True) as folder:
            yield Place(Path(folder) / "result")
        return
    out = Path(out)
    with whole_folder(out, names, proof) as draft:
        yield Place(out, draft, out)
