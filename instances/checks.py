"""What can be checked of a study by its names and files alone, beside the readers of its parts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from instances.carbon.coefficient_csv import is_file
from instances.land.classes import Classes, check_classes
from instances.land.groups import members
from instances.layers.expressions import read_condition
from instances.rules.districts import Districts
from instances.rules.made_districts import REGIONS
from instances.study.files import find_file, nearest
from instances.study.findings import Findings
from instances.study.including import included, own_policies
from instances.study.schema import Source, Study, ZoneTable
from words.said import Said, say

SHOWN = 8
"""Names that a remedy lists."""


def check_names(study: Study, findings: Findings) -> None:
    """Findings where a part of the study names another that is not there: divisions of limits, layers of
    indicators."""
    divisions = [*study.districts, *((REGIONS,) if study.regions is not None else ())]
    if study.regions is not None and study.regions.by not in study.districts:
        fault = say("study_checks.no_division", by=study.regions.by)
        findings.error("regions.by", fault, instead(study.regions.by, study.districts, "districts"))
    for position, limit in enumerate(study.limits):
        if limit.by is not None and limit.by not in divisions:
            fault = say("study_checks.no_division", by=limit.by)
            findings.error(f"limits[{position}].by", fault, instead(limit.by, study.districts, "districts"))
    kept = study.carbon.inventory
    if kept is not None and kept.by is not None and kept.by not in divisions:
        fault = say("study_checks.no_division", by=kept.by)
        findings.error("carbon.inventory.by", fault, instead(kept.by, study.districts, "districts"))
    if study.payments is not None and study.payments.by not in divisions:
        fault = say("study_checks.no_division", by=study.payments.by)
        findings.error("payments.by", fault, instead(study.payments.by, study.districts, "districts"))
    for name, table in study.indicators.items():
        if table.by is not None and table.by not in divisions:
            fault = say("study_checks.no_division", by=table.by)
            findings.error(f"indicators.{name}.by", fault, instead(table.by, divisions, "districts"))
        if table.layer is not None and table.layer not in study.layers:
            fault = say("study_checks.no_layer", layer=table.layer)
            findings.error(f"indicators.{name}.layer", fault, instead(table.layer, study.layers, "layers"))


def check_policies(study: Study, folder: Path, classes: Classes, findings: Findings) -> None:
    """Warnings where a policy that the study includes is about classes of which it has none, or is set to a
    number outside the policy's own range."""
    for position, (policy, given) in enumerate(included(study, folder)):
        place = f"include[{position}]"
        for name, value in policy.values(given).items():
            parameter = policy.parameters[name]
            if parameter.kind == "classes" and not any(
                each in classes for each in members(tuple(value), classes)
            ):
                findings.warn(
                    place,
                    say("policies.no_class", policy=policy.name, names=list(value)),
                    say("policies.name_classes", policy=policy.name, parameter=name),
                )
            low, high = parameter.low, parameter.high
            if low is not None and high is not None and not low <= value <= high:
                findings.warn(
                    f"{place}.{name}",
                    say(
                        "policies.outside",
                        policy=policy.name,
                        name=name,
                        value=value,
                        unit=parameter.unit,
                        low=low,
                        high=high,
                    ),
                    say("policies.outside_why", source=parameter.source_en),
                )


def check_areas(
    study: Study, classes: Classes, districts: Mapping[str, Districts], findings: Findings
) -> None:
    """Findings where a limit names a district that its division lacks or that holds no unit, or an
    indicator a class that is unknown."""
    for position, limit in enumerate(study.limits):
        division = districts.get(limit.by or "")
        if division is None or limit.district is None:
            continue
        place = f"limits[{position}].district"
        found = division.find(limit.district)
        if found is None:
            fault = say("study_checks.no_district", by=limit.by, district=limit.district)
            findings.error(place, fault, instead(limit.district, division.names, f"districts.{limit.by}"))
        elif not (division.member == found).any():
            findings.error(
                place,
                say("study_checks.empty_district", district=limit.district),
                say("study_checks.remove_limit"),
            )
    for name, table in study.indicators.items():
        division = districts.get(table.by or "")
        if division is not None and table.district is not None and division.find(table.district) is None:
            fault = say("study_checks.no_district", by=table.by, district=table.district)
            remedy = instead(table.district, division.names, f"districts.{table.by}")
            findings.error(f"indicators.{name}.district", fault, remedy)
        check_classes(table.classes, classes, f"indicators.{name}.classes", findings)
        if isinstance(table.sum, tuple):
            check_classes(table.sum, classes, f"indicators.{name}.sum", findings)


def check_files(study: Study, folder: Path, findings: Findings) -> None:
    """What can be told of the other parts where the land cover cannot be read: missing files, and
    conditions that are none."""
    for place, source in vector_and_raster_sources(study).items():
        find_file(source.path, folder, place, findings)
    for position, limit in enumerate(study.limits):
        if limit.caps is not None:
            find_file(limit.caps, folder, f"limits[{position}].caps", findings)
    for name, indicator in study.indicators.items():
        for key, path in indicator.files:
            find_file(path, folder, f"indicators.{name}.{key}", findings)
    for name, model in study.models.items():
        for key, path in model.files:
            find_file(path, folder, f"models.{name}.{key}", findings)
    for place, zone in zones(study).items():
        for source in zone.sources:
            find_file(source.path, folder, place, findings)
        if zone.where is not None:
            read_condition(zone.where, study.layers, f"{place}.where", findings)


def zones(study: Study) -> dict[str, ZoneTable]:
    """Every enabled table that says where something holds, by its place in the study."""
    every: dict[str, ZoneTable] = {f"redlines.{name}": table for name, table in study.redlines.items()}
    every |= {f"whole.{name}": table for name, table in study.whole.items()}
    return {place: table for place, table in every.items() if table.enabled}


def vector_and_raster_sources(study: Study) -> dict[str, Source]:
    """The sources of layers, districts, corridors and sites by their place in the study; a layer that is
    computed of another has none of its own."""
    sources: dict[str, Source] = {
        f"layers.{name}": source for name, source in study.layers.items() if source.derived_from is None
    }
    if study.boundary is not None:
        sources["boundary"] = study.boundary
    drawn = {name: source for name, source in study.districts.items() if source.make is None}
    sources |= {f"districts.{name}": source for name, source in drawn.items()}
    sources |= {f"map_names.{name}": source for name, source in study.map_names.items()}
    for name, table in study.indicators.items():
        if table.corridors is not None:
            sources[f"indicators.{name}.corridors"] = table.corridors
    sources |= {
        f"models.{name}.sites": model.sites for name, model in study.models.items() if model.sites is not None
    }
    return sources


def input_paths(study: Study) -> tuple[str, ...]:
    """Every file that a study names, each once, the land cover first; a coefficient set of the project is
    none."""
    paths = [study.landcover.path, *(source.path for source in vector_and_raster_sources(study).values())]
    paths += [source.path for zone in zones(study).values() for source in zone.sources]
    paths += [path for table in study.indicators.values() for _, path in table.files]
    paths += [limit.caps for limit in study.limits if limit.caps is not None]
    paths += [path for table in study.models.values() for _, path in table.files]
    paths += own_policies(study)
    if study.carbon.inventory is not None:
        paths.append(study.carbon.inventory.path)
    if study.life_cycle is not None and study.life_cycle.energy_factors is not None:
        paths.append(study.life_cycle.energy_factors)
    if is_file(study.carbon.coefficients):
        paths.append(study.carbon.coefficients)
    if study.species is not None:
        paths.append(study.species)
    if study.carbon.lines is not None:
        paths.append(study.carbon.lines)
    return tuple(dict.fromkeys(paths))


def instead(name: str, known: Collection[str], table: str) -> Said:
    """A remedy for an unknown name: the nearest known one, else what is known."""
    close = nearest(name, list(known))
    if close is not None:
        return say("finding.did_you_mean", close=close)
    if not known:
        return say("study_checks.add_table", table=table, name=name)
    key = "study_checks.known_more" if len(known) > SHOWN else "study_checks.known"
    return say(key, table=table, names=list(known)[:SHOWN])
