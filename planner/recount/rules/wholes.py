"""Land that stays whole, counted again: no piece is split, and as many change as the certificate says.

Which units make a piece is read as the run read it; that all of them have one class is looked up on the map.
"""

from __future__ import annotations

import numpy as np

from instances.instance import Instance
from instances.units.grid import Layout
from planner.plans.plan import Certificate
from planner.recount.ledger import Ledger
from words.said import say


def check_wholes(certificate: Certificate, instance: Instance, layout: Layout, ledger: Ledger) -> None:
    """Compare what a certificate tells of land that stays whole with the map, and look for split pieces."""
    tables = [name for name, table in instance.study.whole.items() if table.enabled]
    said = {record.rule: record for record in certificate.whole}
    wholes = instance.wholes
    if not tables and not said:
        return
    for name in sorted(said.keys() - set(tables)):
        ledger.differ(f"whole.{name}", repr(name), "-", by="the study")
    area, drawn = instance.grid.area_ha, 0
    for number, name in enumerate(tables):
        mine = np.zeros(len(layout), dtype=bool)
        if wholes is not None and len(wholes):
            mine = np.append(wholes.rule == number, False)[wholes.of]
        units = np.flatnonzero(mine)
        piece = np.zeros(0, dtype=np.int64) if wholes is None else wholes.of[units].astype(np.int64)
        code = np.unique(piece * 256 + layout[units]) // 256
        split = np.unique(code[:-1][code[1:] == code[:-1]])
        drawn += len(split)
        if len(split) and (certificate.score is None or certificate.score.keeps):
            found = say("wholes.split", n=len(split))
            ledger.differ(f"whole.{name}", say("wholes.as_one"), found, by="the study")
        if name not in said:
            ledger.differ(f"whole.{name}", "-", repr(name), by="the study")
            continue
        moved = layout[units] != instance.today[units]
        record = said[name]
        ledger.same(f"whole.{name}, pieces", record.pieces, len(np.unique(piece)))
        ledger.same(f"whole.{name}, changed", record.changed, len(np.unique(piece[moved])))
        ledger.number(f"whole.{name}, area_ha", record.area_ha, float(area[units].sum()), "ha")
        ledger.number(f"whole.{name}, changed_ha", record.changed_ha, float(area[units[moved]].sum()), "ha")
    if certificate.score is not None:
        ledger.same("score.split", certificate.score.split, drawn)
    ledger.done("wholes.verified", n=len(tables))
