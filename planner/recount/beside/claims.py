"""Land that sites ask of the layout, looked at on the map: all of it must have a class that will do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from instances.materials.claims import Claim
from instances.units.grid import FloatArray, Layout
from planner.recount.ledger import Ledger
from words.said import say


def check_claims(
    claims: Sequence[Claim],
    standing: Mapping[int, str],
    land: tuple[Layout, FloatArray],
    file: str,
    ledger: Ledger,
) -> None:
    """A line in the ledger for every site that is ``standing``, by its number and name, and that the map does
    not give all it asks; ``land`` is the layout and the ha of every unit."""
    layout, area = land
    for claim in claims:
        for site, name in standing.items():
            asked = claim.unit[claim.site == site]
            lacking = float(area[asked][~claim.classes[layout[asked]]].sum())
            ledger.figures += 1
            if lacking > 0:
                found = say("claims.lacking", ha=lacking)
                ledger.differ(f"{file}, {name}, {claim.key}", say("claims.none_lacking"), found)
