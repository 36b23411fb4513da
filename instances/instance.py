"""Instance: everything a scenario of a study says about its area, as frozen arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from instances.carbon.conversion import EmissionRates, emission_rates
from instances.carbon.energy_factors import EnergyPath, read_energy_path
from instances.carbon.fuels import parted, with_energy
from instances.carbon.inventory import Inventory, read_inventory
from instances.carbon.local_rates import by_transition
from instances.carbon.people import with_people
from instances.checks import check_areas, check_files, check_names, check_policies, input_paths
from instances.land.classes import Classes
from instances.land.crosswalk import CodeArea
from instances.land.groups import without_groups
from instances.land.landcover import LandCoverData, read_landcover
from instances.land.species import Species, read_species
from instances.land.stated import Stated, read_stated
from instances.land.transitions import transition_table
from instances.layers.named_lines import NamedLines, read_named_lines
from instances.layers.read_cache import ReadCache
from instances.layers.study_layers import read_layers, tell_what_rests
from instances.materials.kinds import Ground
from instances.materials.models import Model, read_models, read_order
from instances.materials.schedule import Schedule
from instances.rules.caps import Caps, read_caps
from instances.rules.conflicts import Audit, audit
from instances.rules.corridors import Corridors, read_corridors
from instances.rules.districts import Districts, read_districts
from instances.rules.made_districts import REGIONS, read_made, region_types
from instances.rules.patches import PatchRule, narrowed, read_patch_rules
from instances.rules.redlines import (
    Kinds,
    RedLine,
    kinds_of,
    note_existing,
    options_without,
    read_redlines,
    report_stuck,
)
from instances.rules.sources import read_sources
from instances.rules.wholes import Wholes, as_one, read_wholes
from instances.study.file import StudyFile
from instances.study.files import input_hashes
from instances.study.findings import Finding, Findings, StudyError
from instances.study.schema import BASE, ModelTable, Study, named
from instances.units.grid import FloatArray, Grid, Layout
from instances.units.sums import sum_by
from words.catalogue import LANGS
from words.said import say


@dataclass(frozen=True, eq=False)
class Instance:
    """One scenario of a study, read and aligned."""

    study: Study
    scenario: str
    grid: Grid
    classes: Classes
    today: Layout
    transitions: NDArray[np.bool_]
    """(classes today, classes planned) True where the transition table lets the change happen."""
    redlines: tuple[RedLine, ...]
    kinds: Kinds
    emissions: EmissionRates
    districts: Mapping[str, Districts]
    layers: Mapping[str, FloatArray]
    """(units,) values of each numeric layer."""
    corridors: Mapping[str, Corridors]
    named_lines: tuple[NamedLines, ...] = ()
    """Rivers and roads whose names stand on maps."""
    patches: tuple[PatchRule, ...] = ()
    """Least sizes of new land, and its distance from today's; ``kinds`` holds what they bar."""
    sources: NDArray[np.bool_] | None = None
    """(units,) where land may be a source of the network; None where it may be everywhere."""
    wholes: Wholes | None = None
    """Pieces of today's land that stay or go as one; None where the study names none."""
    stated: Mapping[str, Stated] = field(default_factory=dict)
    """Figures a hectare of each class or change of class, by the indicator that states them."""
    caps: Mapping[int, Caps] = field(default_factory=dict)
    """What districts may have at most, by the place of the limit that names the table."""
    inventory: Inventory | None = None
    """What a bureau filled in of the area's carbon; None where the study names no inventory."""
    energy: EnergyPath | None = None
    """How the energy of built land emits by year; None of an instance without a study file."""
    models: Mapping[str, Model] = field(default_factory=dict)
    """Models that are linked with the layout, by their names."""
    schedule: Schedule | None = None
    """What is asked of the order of the changes, found after the layout; None where nothing is."""
    stocks: Mapping[str, FloatArray] = field(default_factory=dict)
    """(classes,) tCO2e/ha that stands in each pool, NaN where nothing is known."""
    species: tuple[Species, ...] = ()
    """What is planted where a plan makes vegetation of a class, as the study lists it."""
    findings: tuple[Finding, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    """sha256 of every input file, by its path as the study names it."""
    crosswalk: tuple[CodeArea, ...] = ()
    """Which class every code of the land cover was read as, with its area in the file."""

    def __len__(self) -> int:
        return len(self.today)

    @cached_property
    def today_ha(self) -> FloatArray:
        """(classes,) today's area of every class in ha."""
        return sum_by(self.today, self.grid.area_ha, len(self.classes))

    @cached_property
    def conflicts(self) -> Audit:
        """Where the red lines contradict each other and today's land; audited once for all who ask."""
        return audit(self.redlines, self.study.redlines, self.classes, self.today, self.grid)

    def local_emissions(self, layout: Layout) -> Mapping[str, FloatArray]:
        """(classes today, classes planned) by part, tCO2e/yr: what layers of rates add to the coefficients'
        under a layout."""
        return by_transition(self.emissions.local, self.layers, self.grid.area_ha, self.today, layout)

    def drawn(self, rates: EmissionRates, stated: Mapping[str, Stated] | None = None) -> Instance:
        """The same with other carbon coefficients, and other figures that the study states."""
        own = self.stated if stated is None else stated
        return replace(self, emissions=rates, stocks=rates.stocks, stated=own)

    def permits(self, layout: Layout) -> NDArray[np.bool_]:
        """(units,) True where the class of a layout is one that the red lines and transitions allow."""
        allowed: NDArray[np.bool_] = self.kinds.allowed[self.kinds.of, layout]
        return allowed

    def lifted(self, name: str) -> NDArray[np.bool_]:
        """(kinds, classes) what each kind of unit might become if the red line ``name`` alone were lifted."""
        return options_without(self.kinds, self.transitions, self.redlines, name)


def read(study_file: StudyFile, scenario: str = BASE, cache: ReadCache | None = None) -> Instance:
    """One scenario of a study, read from its files: every part as far as the others let it be.

    All that is wrong is told at once by ``StudyError``; warnings and notes are left in ``Instance.findings``.
    Scenarios read with one ``cache`` share land cover, layers, districts and red lines on which they agree.
    """
    kept = cache if cache is not None else ReadCache()
    study, folder, findings = study_file.scenario(scenario), study_file.folder, Findings()
    study_file.tell_renamed(scenario, findings)
    check_names(study, findings)
    land = _land(study, folder, kept, findings)
    grid, classes, today = land.grid, replace(land.classes, indicators=_labels(study)), land.today
    study = without_groups(study, classes)
    read_so_far = read_layers(study, folder, grid, kept, findings)
    layers = {name: layer.values for name, layer in read_so_far.items()}
    districts = _districts(study, folder, grid, kept, findings)
    _check(study, folder, classes, districts, findings)
    caps, inventory, energy = _account(study, folder, districts, findings)
    ground = Ground(study, folder, grid, classes, today, districts)
    models, schedule = read_models(ground, findings), read_order(ground, findings)
    transitions = transition_table(study, classes, findings)
    today_ha = sum_by(today, grid.area_ha, len(classes))
    study = _with_inventory(study, classes, inventory, today_ha, findings)
    emissions, stated, species = _by_class(study, folder, classes, today_ha, layers, findings)
    redlines = read_redlines(study, folder, grid, classes, today, layers, findings, kept)
    corridors, named_lines = _lines(study, folder, grid, kept, findings)
    patches = read_patch_rules(study, classes, grid, findings)
    sources = read_sources(study, classes, grid, layers, findings)
    wholes = read_wholes(study, folder, grid, classes, today, layers, findings, kept)
    tell_what_rests(study, read_so_far, {line.name: line.inside for line in redlines}, grid, findings)
    kinds = _kinds(study, (grid, classes, today), transitions, redlines, patches, wholes, findings)
    return Instance(
        study=study,
        scenario=scenario,
        grid=grid,
        classes=classes,
        today=today,
        transitions=transitions,
        redlines=redlines,
        kinds=kinds,
        emissions=emissions,
        districts=districts,
        layers=layers,
        corridors=corridors,
        named_lines=named_lines,
        patches=patches,
        sources=sources,
        wholes=wholes,
        stated=stated,
        caps=caps,
        inventory=inventory,
        energy=energy,
        models=models,
        schedule=schedule,
        stocks=emissions.stocks,
        species=species,
        findings=tuple(findings),
        inputs=_hashes(study, folder, kept, findings),
        crosswalk=land.crosswalk,
    )


def _account(
    study: Study, folder: Path, districts: Mapping[str, Districts], findings: Findings
) -> tuple[Mapping[int, Caps], Inventory | None, EnergyPath]:
    """What districts may have at most, the inventory, and how its energy goes on by year."""
    caps = read_caps(study, folder, districts, findings)
    inventory = _inventory(study, folder, districts, findings)
    return caps, inventory, read_energy_path(study, folder, inventory, findings)


def _by_class(
    study: Study,
    folder: Path,
    classes: Classes,
    today_ha: FloatArray,
    layers: Mapping[str, FloatArray],
    findings: Findings,
) -> tuple[EmissionRates, Mapping[str, Stated], tuple[Species, ...]]:
    """What land of a class emits, what else is stated of it, and which species it stands for."""
    return (
        emission_rates(study, folder, classes, today_ha, findings, layers),
        read_stated(study, folder, classes, today_ha, findings),
        read_species(study, folder, classes, findings),
    )


def _with_inventory(
    study: Study, classes: Classes, inventory: Inventory | None, today_ha: FloatArray, findings: Findings
) -> Study:
    """The study with the energy, people and jobs of its classes as the inventory has them."""
    study = with_energy(study, classes, inventory, today_ha, findings)
    return with_people(study, classes, inventory, today_ha, findings)


def _lines(
    study: Study, folder: Path, grid: Grid, cache: ReadCache, findings: Findings
) -> tuple[dict[str, Corridors], tuple[NamedLines, ...]]:
    """The corridors of the study's own indicators, and the rivers and roads that maps name."""
    corridors = _corridors(study, folder, grid, cache, findings)
    return corridors, read_named_lines(study, folder, grid, findings)


def _check(
    study: Study, folder: Path, classes: Classes, districts: Mapping[str, Districts], findings: Findings
) -> None:
    check_areas(study, classes, districts, findings)
    check_policies(study, folder, classes, findings)


def _kinds(
    study: Study,
    ground: tuple[Grid, Classes, Layout],
    transitions: NDArray[np.bool_],
    redlines: tuple[RedLine, ...],
    patches: tuple[PatchRule, ...],
    wholes: Wholes | None,
    findings: Findings,
) -> Kinds:
    """What every kind of unit may become under red lines, transitions, least sizes and land that stays
    whole; ``StudyError`` where anything is wrong so far, or nothing is left that some unit may be."""
    findings.raise_errors()
    grid, classes, today = ground
    kinds = kinds_of(today, transitions, redlines)
    note_existing(study, redlines, findings)
    report_stuck(kinds, transitions, redlines, classes, findings)
    kinds = narrowed(kinds, patches, grid, today, classes, findings)
    found = as_one(kinds, wholes, grid, classes, findings)
    findings.raise_errors()
    return found


def _labels(study: Study) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Names for readers of a study's own indicators and of its layers (``layers.NAME``), and of models beside
    the layout (``models.NAME``), by language."""
    labels = {name: table.label for name, table in study.indicators.items()}
    labels |= {f"layers.{name}": layer.label for name, layer in study.layers.items()}
    found = [
        (name, tuple((lang, named(label, lang, name)) for lang in LANGS))
        for name, label in labels.items()
        if label is not None
    ]
    return tuple(found + [(f"models.{name}", _of_model(name, table)) for name, table in study.linked.items()])


def _of_model(name: str, table: ModelTable) -> tuple[tuple[str, str], ...]:
    """What a model beside the layout adds to the objective, by its own name in every language."""
    keys = {
        "cycle": "cycle.indicator",
        "services": "services.indicator",
        "measures": "measures.indicator",
    }
    key = keys[table.kind]
    return tuple((lang, say(key, name=named(table.label, lang, name)).inside(lang)) for lang in LANGS)


def _land(study: Study, folder: Path, cache: ReadCache, findings: Findings) -> LandCoverData:
    """The land cover; ``StudyError`` where it cannot be read, with what can be told of the other parts."""
    tables = study.model_dump_json(include={"landcover", "boundary", "classes"})
    read_land = partial(read_landcover, study, folder)
    found = cache.get(("landcover", str(folder), tables), read_land, findings)
    if found is None:
        check_files(study, folder, findings)
        raise StudyError(findings.errors)
    return found


def _districts(
    study: Study, folder: Path, grid: Grid, cache: ReadCache, findings: Findings
) -> dict[str, Districts]:
    """The divisions that could be read or made: made ones may lie inside those that are read, and inside the
    region types that these make up."""
    divisions: dict[str, Districts] = {}
    for name, source in study.districts.items():
        if source.make is not None:
            continue
        key = (grid, f"districts.{name}", source.model_dump_json())
        found = cache.get(key, partial(read_districts, name, source, grid, folder), findings)
        if found is not None:
            divisions[name] = found
    types = None if study.regions is None else region_types(study.regions, divisions, findings)
    if types is not None:
        divisions[REGIONS] = types
    made = {
        name: read_made(name, source, grid, divisions, findings)
        for name, source in study.districts.items()
        if source.make is not None
    }
    divisions |= {name: units for name, units in made.items() if units is not None}
    return divisions


def _inventory(
    study: Study, folder: Path, districts: Mapping[str, Districts], findings: Findings
) -> Inventory | None:
    named = study.carbon.inventory
    if named is None:
        return None
    division = districts.get(named.by or "")
    names = division.names if division else ()
    found = read_inventory(named.path, folder, named.by, names, findings)
    return parted(found, named.path, findings)


def _corridors(
    study: Study, folder: Path, grid: Grid, cache: ReadCache, findings: Findings
) -> dict[str, Corridors]:
    """The corridors that could be read, by the name of their indicator."""
    corridors = {}
    for name, table in study.indicators.items():
        if table.corridors is None:
            continue
        key = (grid, f"indicators.{name}", table.model_dump_json())
        found = cache.get(key, partial(read_corridors, name, table, grid, folder), findings)
        if found is not None:
            corridors[name] = found
    return corridors


def _hashes(study: Study, folder: Path, cache: ReadCache, findings: Findings) -> dict[str, str]:
    """sha256 of every input file, by its path as the study names it."""
    hashes: dict[str, str] = {}
    for path in input_paths(study):
        hashes |= cache.get(("sha256", str(folder), path), partial(_hash, path, folder), findings)
    return hashes


def _hash(path: str, folder: Path, _: Findings) -> dict[str, str]:
    return input_hashes(path, folder)
