"""The standard streams as commands need them: of any encoding, closed, or with nobody who reads on."""

from __future__ import annotations

import codecs
import os
import sys
from pathlib import Path
from typing import TextIO

from rich.console import Console

PLAIN = {
    "≥": ">=", "≤": "<=", "−": "-", "–": "-", "→": "->", "₂": "2", "²": "2", "·": "-", "…": "...",
    "\u00a0": " ", "“": '"', "”": '"', "‘": "'", "’": "'",
}  # fmt: skip
"""What stands for a sign that an encoding lacks; for any other it is a question mark."""
_REPLACED = "sansheng-plain"


def ready_streams() -> None:
    """Make standard output and error take every sentence: signs that their encoding lacks are replaced, and a
    stream that is closed swallows what it gets."""
    codecs.register_error(_REPLACED, _plain)
    for name in ("stdout", "stderr"):
        stream: TextIO | None = getattr(sys, name)
        if stream is None:
            swallowing = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open to the end
            setattr(sys, name, swallowing)
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=_REPLACED)


class Screen(Console):
    """Standard output by rich; where nobody reads on, ``BrokenPipeError`` instead of an exit status of 1."""

    def on_broken_pipe(self) -> None:
        """Hand on that the reader has gone."""
        self.quiet = True
        raise BrokenPipeError


def _plain(fault: UnicodeError) -> tuple[str, int]:
    """Stands for what an encoding lacks."""
    if not isinstance(fault, UnicodeEncodeError):
        raise fault
    lacking = fault.object[fault.start : fault.end]
    return "".join(PLAIN.get(sign, "?") for sign in lacking), fault.end
