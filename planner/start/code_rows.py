"""The crosswalk of a land cover for readers: code, what its scheme calls it, class and hectares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from instances.land.crosswalk import CodeArea
from instances.land.schemes import get_scheme


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A code of the data, what the scheme calls it (empty where unknown), the class that it was read as
    (empty: no data), and the area of the file that has it, ha."""

    code: str
    called: str
    read_as: str
    area_ha: float


def code_rows(codes: Sequence[CodeArea], scheme: str | None, lang: str) -> tuple[CodeRow, ...]:
    """Every code of a land cover that follows a scheme, if any, in the order of the data."""
    of = get_scheme(scheme) if scheme is not None else None
    return tuple(
        CodeRow(
            str(row.code),
            of.label(row.code, lang) if of is not None else "",
            row.class_name or "",
            row.area_ha,
        )
        for row in codes
    )
