"""Policies that a study includes, laid under its own tables: policy, then study, then scenario.

What was laid stays named under ``include`` with ``applied = true``: such a study holds the policies' tables
itself, and naming them only says where those come from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from instances.study.faults import did_you_mean
from instances.study.files import find_file
from instances.study.findings import Findings
from instances.study.overlay import resolve
from instances.study.own_tables import text_of
from instances.study.policies import Policy, is_own, own_policy, policy, policy_names
from instances.study.schema import Study
from words.said import say

INCLUDE, POLICY, APPLIED = "include", "policy", "applied"
SOURCES = {
    "districts": ("path", "layer", "crs", "name", "make", "side_m", "inside"),
    "redlines": ("path", "layer", "crs", "band", "where"),
}
"""Keys that say where a part lies: a study that says it of its own leaves nothing of the policy's."""
REGIONS = "regions"
"""The division that the table of region types makes."""
PARTS = {"districts": "districts", "layer": "layers", "indicator": "indicators"}
"""The tables in which the study has what a parameter names."""


def with_policies(tree: Mapping[str, Any], findings: Findings, folder: Path) -> dict[str, Any]:
    """The tree of a study with the tables of its policies laid under it and under each scenario's.

    Policies of the user's own are files in ``folder``. Policies that are unknown, wrongly set or that lack a
    part of the study are errors in ``findings`` and leave no tables.
    """
    found = _laid({}, tree, (INCLUDE, folder), findings)
    scenarios = found.get("scenarios")
    if isinstance(scenarios, Mapping):
        laid = {}
        for name, scenario in scenarios.items():
            laid[name] = scenario
            if isinstance(scenario, Mapping) and isinstance(scenario.get(INCLUDE), list):
                own = _laid(found, scenario, (f"scenarios.{name}.{INCLUDE}", folder), findings)
                before = found.get(INCLUDE)
                laid[name] = {**own, INCLUDE: [*(before if isinstance(before, list) else ()), *own[INCLUDE]]}
        found["scenarios"] = laid
    return found


def included(study: Study, folder: Path) -> tuple[tuple[Policy, dict[str, Any]], ...]:
    """The policies that a study in a folder includes, in its order, each with the values that the study gives
    its parameters."""
    found = []
    for entry in study.include:
        if isinstance(entry, Mapping):
            given = {key: value for key, value in entry.items() if key not in (POLICY, APPLIED)}
            read = _known(str(entry[POLICY]), INCLUDE, folder, Findings())
            if read is not None:
                found.append((read, given))
    return tuple(found)


def _laid(
    base: Mapping[str, Any], tree: Mapping[str, Any], at: tuple[str, Path], findings: Findings
) -> dict[str, Any]:
    """A tree over the tables of its policies; ``base`` is what else the parts may stand in that they name."""
    entries, (place, folder) = tree.get(INCLUDE), at
    if not isinstance(entries, list):
        return dict(tree)
    named: list[Any] = []
    wanted: list[tuple[str, Policy, dict[str, Any]]] = []
    for position, entry in enumerate(entries):
        where = f"{place}[{position}]"
        read = {POLICY: entry} if isinstance(entry, str) else entry
        if not isinstance(read, Mapping) or not isinstance(read.get(POLICY), str):
            named.append(entry)
            if isinstance(read, Mapping):
                findings.error(where, say("policies.nameless"), say("policies.name_it", names=policy_names()))
            continue
        named.append({**read, APPLIED: True})
        found = _known(read[POLICY], where, folder, findings)
        if found is not None and read.get(APPLIED) is not True:
            given = {key: value for key, value in read.items() if key not in (POLICY, APPLIED)}
            if _well_set(found, given, where, findings):
                wanted.append((where, found, given))
    whole = resolve(base, tree)
    for _, each, given in wanted:
        whole = resolve(each.filled(given), whole)
    under: dict[str, Any] = {}
    for where, each, given in wanted:
        if not _lacking(each, given, whole, where, findings):
            under = resolve(under, each.filled(given))
    return {**_own_limits_first(resolve(_without_replaced(under, tree), tree), tree), INCLUDE: named}


def _own_limits_first(laid: dict[str, Any], tree: Mapping[str, Any]) -> dict[str, Any]:
    """A tree laid over policies with its own limits first: what is wrong with one is told by the number that
    it has in the file."""
    own, limits = tree.get("limits"), laid.get("limits")
    if not isinstance(own, list) or not isinstance(limits, list):
        return laid
    return {**laid, "limits": [*own, *limits[: len(limits) - len(own)]]}


def own_policies(study: Study) -> tuple[str, ...]:
    """The files of policies of the user's own that a study includes."""
    named = [str(entry.get(POLICY)) for entry in study.include if isinstance(entry, Mapping)]
    return tuple(name for name in named if is_own(name))


def _own(name: str, place: str, folder: Path, findings: Findings) -> Policy | None:
    """A policy of the user's own; None, with errors, where the file is none."""
    found = find_file(name, folder, place, findings)
    text = None if found is None else text_of(found, name, place, findings)
    if text is None:
        return None
    try:
        return own_policy(text, Path(name).name)
    except ValidationError as wrong:
        at = ".".join(str(part) for part in wrong.errors()[0]["loc"]).replace("head", "policy", 1)
        findings.error(place, say("policies.own_wrong", name=name, at=at), say("policies.own_form"))
    except ValueError as wrong:
        findings.error(place, say("policies.no_policy", name=name, why=str(wrong)), say("policies.own_form"))
    return None


def _known(name: str, place: str, folder: Path, findings: Findings) -> Policy | None:
    if is_own(name):
        return _own(name, place, folder, findings)
    try:
        return policy(name)
    except KeyError:
        names = policy_names()
        remedy = did_you_mean(name, names) or say("policies.name_it", names=names)
        findings.error(place, say("policies.unknown", name=name), remedy)
        return None


def _well_set(found: Policy, given: Mapping[str, Any], place: str, findings: Findings) -> bool:
    """Whether every parameter has a value of its kind."""
    before = len(findings.errors)
    for name, value in given.items():
        parameter = found.parameters.get(name)
        where = f"{place}.{name}"
        if parameter is None:
            known = list(found.parameters)
            remedy = did_you_mean(name, known) or say("policies.parameters", names=known)
            findings.error(where, say("policies.no_parameter", policy=found.name, name=name), remedy)
        elif not parameter.fits(value):
            findings.error(where, say(f"policies.not_{_sort(parameter.kind)}"), say("study_remedies.correct"))
    for name, value in found.values(given).items():
        if value is None:
            findings.error(
                place,
                say("policies.unset", policy=found.name, name=name),
                say("policies.set_it", policy=found.name, name=name),
            )
    return len(findings.errors) == before


def _sort(kind: str) -> str:
    """Which of three sorts of value a parameter takes."""
    return kind if kind in ("number", "classes") else "name"


def _lacking(
    found: Policy, given: Mapping[str, Any], tree: Mapping[str, Any], place: str, findings: Findings
) -> bool:
    """Whether the study lacks a part that the policy names; each is an error with its remedy."""
    lacking = list(_absent(found, given, tree))
    for name, value, part in lacking:
        findings.error(
            place,
            say(f"policies.lacks_{part}", policy=found.name, name=value),
            say(f"policies.add_{part}", policy=found.name, parameter=name, name=value),
        )
    return bool(lacking)


def _absent(
    found: Policy, given: Mapping[str, Any], tree: Mapping[str, Any]
) -> Iterator[tuple[str, str, str]]:
    """Parameter, name and table of every part that a tree has not."""
    for name, value in found.values(given).items():
        part = PARTS.get(found.parameters[name].kind)
        tables = tree.get(part or "")
        types = part == "districts" and value == REGIONS and REGIONS in tree
        if part is not None and not types and not (isinstance(tables, Mapping) and value in tables):
            yield name, str(value), part


def _without_replaced(under: Mapping[str, Any], tree: Mapping[str, Any]) -> dict[str, Any]:
    """A policy's tables without what the study says anew: where a district or red line lies, and what an
    indicator counts."""
    kept = dict(under)
    for part, sources in SOURCES.items():
        own = tree.get(part)
        if isinstance(own, Mapping) and isinstance(kept.get(part), Mapping):
            kept[part] = {
                name: {key: value for key, value in table.items() if key not in sources}
                if isinstance(own.get(name), Mapping)
                and set(sources) & {"path", "where", "make"} & set(own[name])
                else table
                for name, table in kept[part].items()
            }
    own = tree.get("indicators")
    if isinstance(own, Mapping) and isinstance(kept.get("indicators"), Mapping):
        kept["indicators"] = {name: table for name, table in kept["indicators"].items() if name not in own}
    return kept
