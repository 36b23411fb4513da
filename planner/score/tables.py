"""A scored layout as tables: every indicator beside the certified plan's, and every rule and limit broken."""

from __future__ import annotations

import pandas as pd

from planner.plans.plan import LimitRecord
from planner.score.ask import Scored
from planner.words.indicator_names import label
from words.catalogue import Words
from words.numbers import change_of

SCORE, BROKEN = "score.csv", "broken.csv"
"""Files that a scored layout's folder has beside those of any run."""


def score_table(scored: Scored, lang: str) -> pd.DataFrame:
    """Columns: indicator, label, unit, today, certified, drawn, difference (drawn less certified; both empty
    where there is no certified plan). The objective stands first."""
    certificate = scored.plan.certificate
    beside = None if certificate.score is None else certificate.score.certified
    known = {} if beside is None else beside.indicators
    rows = [
        {
            "indicator": "objective",
            "label": Words(lang).text("score.objective"),
            "unit": "tCO2e/yr",
            "today": scored.problem.value(scored.instance.today),
            "certified": None if beside is None else beside.objective,
            "drawn": certificate.objective,
        }
    ]
    rows += [
        {
            "indicator": name,
            "label": label(name, lang, scored.instance.classes),
            "unit": record.unit,
            "today": record.baseline,
            "certified": known.get(name),
            "drawn": record.value,
        }
        for name, record in certificate.indicators.items()
    ]
    table = pd.DataFrame(rows).astype({"today": float, "certified": float, "drawn": float})
    pairs = zip(table["drawn"], table["certified"], strict=True)
    table["difference"] = [change_of(drawn, other) for drawn, other in pairs]
    return table


def broken_table(scored: Scored, lang: str) -> pd.DataFrame:
    """Columns: kind (redline, transitions, whole, limit), name, label, district, at_least, at_most, value,
    missed, unit, units, area_ha: what the layout breaks and by how much; no rows where it breaks nothing."""
    certificate, words = scored.plan.certificate, Words(lang)
    labels = {line.name: line.label for line in scored.instance.redlines}
    rules = () if certificate.score is None else certificate.score.rules
    rows: list[dict[str, object]] = [
        {
            "kind": "transitions" if rule.redline is None else "redline",
            "name": rule.redline or "",
            "label": words.text("score.transitions") if rule.redline is None else labels[rule.redline],
            "missed": rule.area_ha,
            "unit": "ha",
            "units": rule.units,
            "area_ha": rule.area_ha,
        }
        for rule in rules
    ]
    if certificate.score is not None and certificate.score.split:
        split = words.text("score.split")
        rows.append({"kind": "whole", "name": "whole", "label": split, "missed": certificate.score.split})
    rows += [
        {
            "kind": "limit",
            "name": limit.indicator,
            "label": label(limit.indicator, lang, scored.instance.classes),
            "district": limit.district or "",
            "at_least": limit.at_least,
            "at_most": limit.at_most,
            "value": limit.value,
            "missed": -limit.slack,
            "unit": certificate.indicators[limit.indicator].unit,
        }
        for limit in limits_missed(scored)
    ]
    columns = ["kind", "name", "label", "district", "at_least", "at_most", "value", "missed", "unit"]
    return pd.DataFrame(rows, columns=[*columns, "units", "area_ha"]).astype({"units": "Int64"})


def limits_missed(scored: Scored) -> tuple[LimitRecord, ...]:
    """The limits that the layout misses by more than a plan may."""
    problem, layout, records = scored.problem, scored.plan.layout, scored.plan.certificate.limits
    rows = zip(problem.rows, records[: len(problem.rows)], strict=True)
    missed = tuple(
        record
        for (row, record), value in zip(rows, problem.values(layout).tolist(), strict=True)
        if value < row.least or value > row.most
    )
    if problem.network is None or problem.network.holds(layout):
        return missed
    return (*missed, *(each for each in records[len(problem.rows) :] if each.slack < 0))
