"""A plan followed up, in words: what is done, what asks to be looked at, and how the map was read."""

from __future__ import annotations

from collections import Counter

from markupsafe import Markup

from formulations.following.course import Standing
from formulations.following.sightings import State
from formulations.following.timing import Timing
from instances.carbon.inventory import items
from instances.study.labels import named
from planner.monitor.ask import Monitored
from planner.monitor.carbon import SeenCarbon
from planner.monitor.tables import strayed_table
from words.catalogue import Words


def found_in_words(found: Monitored, words: Words) -> list[Markup]:
    """What is done of the plan, how the limits stand, and what changed otherwise."""
    seen, told = found.sightings, []
    whole, done = float(seen.area_ha.sum()), float(seen.done_ha.sum())
    if whole:
        told.append(
            words(
                "monitor.done",
                done=words.amount(done, "ha"),
                whole=words.amount(whole, "ha"),
                share=words.share(done, whole),
            )
        )
        counts = Counter(seen.states)
        parts = [words.count(f"monitor.patches_{state}", counts[state]) for state in State if counts[state]]
        told.append(words("monitor.patches", parts=words.series(parts)))
        told += _in_time(found, words)
        late = int(found.late().sum())
        if late:
            size = found.tolerance.least_ha
            key = "monitor.late_sized" if size else "monitor.late"
            told.append(words.count(key, late, size=words.amount(size, "ha")))
    else:
        told.append(words("monitor.nothing_planned"))
    told.append(_limits(found, words))
    told += _beside(found, words)
    told += _carbon(found, words)
    told.append(_strayed(found, words))
    if found.alerts == 0:
        told.insert(0, words("monitor.no_alert"))
    return told


def _beside(found: Monitored, words: Words) -> list[Markup]:
    """What is planned beside the land and cannot be seen on a map of it."""
    models = found.plan.instance.study.linked
    if not models:
        return []
    names = [named(table.label, words.lang, name) for name, table in models.items()]
    return [words("monitor.beside", names=words.series(names))]


def _in_time(found: Monitored, words: Words) -> list[Markup]:
    """What is due by the year that is seen, what of that is done, and how the years are kept."""
    due, timings = found.due, found.timings
    if due is None or timings is None:
        return []
    is_due = due.year <= found.times.year
    done = float(found.sightings.done_ha[is_due].sum())
    sums = {"due": words.amount(found.due_ha, "ha"), "done": words.amount(done, "ha")}
    told = [words("monitor.due", year=str(found.times.year), **sums)]
    counts = Counter(timings)
    parts = [words.count(f"monitor.timing_{one}", counts[one]) for one in Timing if counts[one]]
    told.append(words(f"monitor.by_{due.by}", parts=words.series(parts)))
    small = found.sightings.area_ha < found.tolerance.least_ha
    late = int(sum(one is Timing.LATE for one, is_small in zip(timings, small, strict=True) if is_small))
    if late:
        size = words.amount(found.tolerance.least_ha, "ha")
        told.append(words.count("monitor.late_small", late, size=size))
    return told


def _carbon(found: Monitored, words: Words) -> list[Markup]:
    """Net emissions of the land as it is seen, and energy as it is reported."""
    carbon, year = SeenCarbon(found), str(found.times.year)
    net = carbon.net
    figures = {name: words.amount(value, "tCO2e/yr") for name, value in net.items()}
    told = [words("monitor.net_due" if "due" in net else "monitor.net", year=year, **figures)]
    if found.reported is None:
        return told
    if found.reported.total is None:
        fuels = [items()[fuel].label(words.lang) for fuel in found.reported.burnt]
        return [*told, words("monitor.some_fuels", year=year, fuels=words.series(fuels))] if fuels else told
    times = carbon.in_year or 1.0
    amounts = {
        "reported": found.reported.total,
        "seen": times * carbon.energy["seen"],
        "today": carbon.energy["today"],
    }
    figures = {name: words.amount(value, "tCO2e/yr") for name, value in amounts.items()}
    return [*told, words("monitor.reported", year=year, **figures)]


def _limits(found: Monitored, words: Words) -> Markup:
    counts = Counter(limit.standing for limit in found.limits)
    if not counts:
        none = words("monitor.no_limits")
        return none if found.judged.stage is None else _of_stage(found, words)
    parts = [words.count(f"monitor.limits_{one}", counts[one]) for one in Standing if counts[one]]
    told = words("monitor.limits", parts=words.series(parts))
    if found.judged.stage is None:
        return told
    return told + words("series.space") + _of_stage(found, words)


def _of_stage(found: Monitored, words: Words) -> Markup:
    """Which limits are judged of a plan with stages."""
    told = words("monitor.of_stage", year=str(found.judged.stage))
    left_out = found.judged.left_out
    return told + words("series.space") + words.count("monitor.left_out", left_out) if left_out else told


def _strayed(found: Monitored, words: Words) -> Markup:
    table = strayed_table(found, words.lang)
    if not len(table):
        return words("monitor.none_strayed")
    broken = table[table["breaks"] != ""]
    told = words.count("monitor.strayed", len(table), area=words.amount(float(table["area_ha"].sum()), "ha"))
    if not len(broken):
        return told
    area = words.amount(float(broken["area_ha"].sum()), "ha")
    return told + words("series.space") + words.count("monitor.breaking", len(broken), area=area)


def reading_in_words(found: Monitored, words: Words) -> list[Markup]:
    """How the map was read: shifted, cell by cell or by shares, within which tolerance, and what it lacks."""
    seen, settled, told = found.seen, found.sightings, []
    told.append(words("monitor.own_cells" if seen.own else "monitor.by_share"))
    if any(found.shift_m):
        east, north = found.shift_m
        told.append(words("monitor.shifted", east=f"{east:+.1f}", north=f"{north:+.1f}"))
    key = "monitor.tolerance" if found.tolerance.place_m else "monitor.tolerance_size"
    told.append(
        words(
            key,
            place=words.amount(found.tolerance.place_m, "m"),
            size=words.amount(found.tolerance.least_ha, "ha"),
            within=words.amount(settled.within_ha, "ha"),
        )
    )
    if settled.unseen_ha:
        told.append(words("monitor.unseen", area=words.amount(settled.unseen_ha, "ha")))
    strange = seen.names[len(found.instance.classes) :]
    if strange:
        told.append(words("monitor.strange", names=words.series(strange)))
    if found.due is None and found.times.elapsed is None:
        told.append(words("monitor.no_time"))
    return told
