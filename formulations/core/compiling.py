"""Compiling Python with numba, also where nothing can be kept for next time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit


def compiled(signature: str | None = None, **options: Any) -> Callable[[Callable[..., Any]], Any]:
    """A decorator that compiles a function and keeps the machine code beside the program or in the user's
    cache folder.

    Where both are read-only (a container with a read-only root, a service without a home) numba refuses to
    keep anything by refusing the function; it is then compiled anew in every process, some seconds each time.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        try:
            return njit(signature, cache=True, **options)(function)
        except RuntimeError:  # cannot cache function: no locator available
            return njit(signature, **options)(function)

    return decorate
