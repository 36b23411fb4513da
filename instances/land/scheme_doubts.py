"""Doubts about a class scheme: where what else a file says of its codes speaks for another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from instances.land.codes import NODATA_LIKE, Code, plain_code
from instances.land.scheme_evidence import Evidence, told_by_evidence
from instances.land.scheme_fits import different, fits
from instances.land.schemes import find_scheme
from instances.layers.legends import raster_colours, raster_names
from instances.layers.raster_files import raster_file
from instances.study.findings import Findings
from instances.study.schema import LandCover
from words.said import say

PLACE = "landcover.scheme"


def doubt(chosen: str, codes: Sequence[Code], evidence: Evidence) -> tuple[str, str] | None:
    """What (legend, colours, field, layer or name) speaks for a scheme that reads the codes otherwise than
    the one chosen, and for which; None where nothing does."""
    plain = [code for code in codes if plain_code(code) not in NODATA_LIKE]
    whole = [fit.name for fit in fits(set(plain)) if fit.share == 1.0]
    for kind, schemes in told_by_evidence(evidence, whole).items():
        if all(len(different([chosen, other], plain)) > 1 for other in schemes):
            return kind, schemes[0]
    return None


def raster_evidence(path: Path, band: int, codes: Sequence[Code]) -> Evidence:
    """What a raster says of the codes that occur in a band: its name, and the names and colours of its legend
    (a palette has colours for 256 codes)."""
    evidence = Evidence(path.stem, names=raster_names(path, band))
    with raster_file(path, PLACE, Findings()) as source:
        if source is not None:
            evidence = replace(evidence, colours=raster_colours(source, band))
    present = {plain_code(code) for code in codes}
    return replace(
        evidence,
        names={code: text for code, text in evidence.names.items() if plain_code(code) in present},
        colours={code: colour for code, colour in evidence.colours.items() if plain_code(code) in present},
    )


def tell_doubt(cover: LandCover, path: Path, codes: Sequence[Code], findings: Findings) -> None:
    """Warn where a raster's own legend, colours or name speak for another scheme than the study's."""
    if cover.scheme is None or (scheme := find_scheme(cover.scheme)) is None:
        return
    mapped = {plain_code(code) for code in (*(cover.classes or {}), *cover.nodata)}
    read = [code for code in codes if plain_code(code) not in mapped]
    found = doubt(scheme, read, raster_evidence(path, cover.band, codes)) if read else None
    if found is not None:
        fault = say(f"carbon_doubt.{found[0]}", scheme=found[1], own=scheme)
        findings.warn(PLACE, fault, say("carbon_doubt.compare"))
