"""The layers of a study: each read once for all scenarios that agree on it; what rests on filled gaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from instances.layers.aligning import read_layer
from instances.layers.expressions import read_condition
from instances.layers.gaps import Layer
from instances.layers.raster_files import is_raster
from instances.layers.read_cache import ReadCache
from instances.layers.slope import other_unit
from instances.study.files import find_file, nearest
from instances.study.findings import Findings
from instances.study.schema import LayerSource, Study
from instances.units.grid import Grid
from words.said import Said, say


def read_layers(
    study: Study, folder: Path, grid: Grid, cache: ReadCache, findings: Findings
) -> dict[str, Layer]:
    """The layers that could be read, by name; what is wrong with the others, all of them, is told."""
    layers = {}
    for name, source in study.layers.items():
        stated = with_heights(name, source, study.layers, folder, findings)
        if stated is None:
            continue
        key = (grid, f"layers.{name}", stated.model_dump_json())
        found = cache.get(key, partial(read_layer, name, stated, grid, folder), findings)
        if found is not None:
            layers[name] = found
    return layers


def with_heights(
    name: str, source: LayerSource, layers: Mapping[str, LayerSource], folder: Path, findings: Findings
) -> LayerSource | None:
    """A source with the file of the layer that it is the slope of; as it is where it has its own. None, with
    a finding, where that layer is not there or holds no heights in metres."""
    wanted = source.derived_from
    if wanted is None:
        return source
    place, of = f"layers.{name}.from", layers.get(wanted)
    if of is None:
        close = nearest(wanted, [other for other in layers if other != name])
        remedy = say("finding.did_you_mean", close=close) if close else say("raster.slope_of_none_remedy")
        findings.error(place, say("raster.slope_of_none", layer=wanted), remedy)
    elif of.derived_from is not None:
        findings.error(place, say("raster.slope_of_slope", layer=wanted), say("raster.slope_of_slope_remedy"))
    elif of.kind == "category":
        fault = say("raster.slope_of_category", layer=wanted)
        findings.error(place, fault, say("raster.slope_of_slope_remedy"))
    elif other_unit(of.unit):
        fault = say("raster.slope_of_other", layer=wanted, found=of.unit)
        findings.error(place, fault, say("raster.slope_of_other_remedy"))
    elif (path := find_file(of.path, folder, place, Findings())) is not None and not is_raster(path):
        fault = say("raster.slope_of_vector", layer=wanted, file=of.path)
        findings.error(place, fault, say("raster.slope_of_vector_remedy"))
    else:
        return source.model_copy(update={"path": of.path, "band": of.band, "crs": of.crs})
    return None


def tell_what_rests(
    study: Study,
    layers: Mapping[str, Layer],
    inside: Mapping[str, NDArray[np.bool_]],
    grid: Grid,
    findings: Findings,
) -> None:
    """A warning for every layer with filled gaps on which a red line, a limit or the objective rests, with
    the hectares decided by values of neighbours. ``inside`` (units,) of the red lines, by name."""
    for name, layer in layers.items():
        if not len(layer.filled):
            continue
        resting = list(_resting(name, layer, study, inside, grid))
        if resting:
            ha = float(grid.area_ha[layer.filled].sum())
            fault = say("raster.filled_decides", ha=ha, what=resting)
            findings.warn(f"layers.{name}", fault, say("raster.filled_decides_remedy"))


def _resting(
    name: str, layer: Layer, study: Study, inside: Mapping[str, NDArray[np.bool_]], grid: Grid
) -> Iterator[Said]:
    for line, table in study.redlines.items():
        if table.where is None or line not in inside:
            continue
        condition = read_condition(table.where, study.layers, line, Findings())
        if condition is not None and name in condition.layers:
            ha = float(grid.area_ha[layer.filled] @ inside[line][layer.filled])
            yield say("raster.rests_redline", name=line, ha=ha)
    own = {key for key, table in study.indicators.items() if table.layer == name} | {f"distance.{name}"}
    for position, limit in enumerate(study.limits):
        if limit.indicator in own:
            yield say("raster.rests_limit", position=position, indicator=limit.indicator)
    for indicator in sorted(own & {*study.objective.minimise, *study.objective.maximise}):
        yield say("raster.rests_objective", indicator=indicator)
