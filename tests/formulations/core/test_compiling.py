from __future__ import annotations

import pytest
from numba.core import caching

from formulations.core.compiling import compiled


def half(value: float) -> float:
    """Half of a value."""
    return value / 2


def test_compiled_code_does_what_the_function_does() -> None:
    """With a signature or without one."""
    assert compiled()(half)(3.0) == 1.5
    assert compiled("f8(f8)", nogil=True)(half)(3.0) == 1.5


def test_a_read_only_installation_compiles_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where numba finds no folder to keep code in, the function runs all the same."""
    monkeypatch.setattr(caching.CacheImpl, "_locator_classes", [])
    assert compiled()(half)(3.0) == 1.5
    assert compiled("f8(f8)")(half)(5.0) == 2.5
