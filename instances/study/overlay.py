"""One tree of a study laid over another: a scenario over the base, a study over its policies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def resolve(base: Mapping[str, Any], override: Mapping[str, Any]) -> dict[str, Any]:
    """Lay a scenario's tables over the base: tables merge, values replace; a limit takes the place of the
    base limit on the same indicator and districts, or joins them."""
    merged = dict(base)
    for key, value in override.items():
        if key == "limits" and isinstance(value, list) and isinstance(merged.get(key), list):
            merged[key] = _merge_limits(merged[key], value)
        elif isinstance(value, Mapping) and isinstance(merged.get(key), Mapping):
            merged[key] = resolve(merged[key], value)
        else:
            merged[key] = value
    return merged


def _merge_limits(base: list[Any], override: list[Any]) -> list[Any]:
    replaced = {key for limit in override if (key := _limit_key(limit)) is not None}
    return [limit for limit in base if _limit_key(limit) not in replaced] + override


def _limit_key(limit: Any) -> tuple[Any, ...] | None:
    """What a scenario's limit must share with a base limit to take its place; None of what is no limit."""
    if not isinstance(limit, Mapping):
        return None
    key = tuple(limit.get(part) for part in ("indicator", "by", "district"))
    if not all(part is None or isinstance(part, str) for part in key):
        return None
    return (*key, *(str(limit.get(part)) for part in ("year", "every_year", "counts")))
