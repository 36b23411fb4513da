"""What a land-cover file holds before there is a study: its codes, and the scheme that they follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from instances.land.code_bands import CodeBand, distinct_codes
from instances.land.codes import NODATA_LIKE, Code, plain_code
from instances.land.landcover_parcels import USUAL_FIELD, parcel_codes
from instances.land.schemes import get_scheme, likely_schemes, match_codes, named_in, readings, scheme_names
from instances.layers.raster_files import raster_file
from instances.layers.vector_files import find_field, read_attributes
from instances.study.findings import Finding, Findings, StudyError
from instances.study.schema import Source

PLACE = "LANDCOVER"
MOST_TOLD = 8
ASKED, SURE, BY_NAME = "asked", "guessed", "by_name"
"""Why a scheme is taken: asked for, the only one that knows the codes, or the one in the file's name."""


class Reading(NamedTuple):
    """How a file's codes are to be read: the scheme and why it was taken, and codes taken as no data."""

    scheme: str | None
    how: str
    nodata: list[Code]


def raster_codes(path: Path) -> list[Code]:
    """The codes of a raster's first band; ``StudyError`` where it holds none."""
    findings = Findings()
    codes = None
    with raster_file(path, PLACE, findings) as source:
        if source is not None:
            codes, _ = distinct_codes(CodeBand(source, 1).strips())
    findings.raise_errors()
    if codes is None or not len(codes):
        fault = "holds no class codes: " + (
            "its values are no whole numbers" if codes is None else "all is nodata"
        )
        raise StudyError([Finding(PLACE, f"{path.name} {fault}", "Name a raster of land classes")])
    return list(codes.tolist())


def field_codes(path: Path, layer: str | None, field: str | None) -> tuple[str, list[Code]]:
    """The parcels' field of class codes and the codes in it; ``StudyError`` where there is none."""
    findings = Findings()
    table = read_attributes(Source(path=str(path), layer=layer), PLACE, Path(), findings)
    findings.raise_errors()
    fields = [] if table is None else [str(name) for name in table.columns]
    found = find_field(fields, field or USUAL_FIELD)
    if table is None or found is None:
        missing = f"{path.name} has no field `{field}`"
        unknown = f"{path.name} holds parcels, and no field is named for their class"
        remedy = f"Name one of {', '.join(fields)}" if fields else "Its features have no fields at all"
        raise StudyError([Finding("--field", missing if field else unknown, remedy)])
    return found, parcel_codes(table[found])[0]


def reading(name: str, codes: Sequence[Code], scheme: str | None, classes: Mapping[str, str]) -> Reading:
    """How the codes of the file ``name`` are read: by the ``scheme`` that is asked for, by the inline map
    ``classes`` alone, or by the scheme that knows them all.

    Codes that commonly mean no data, and that neither knows, are taken as such. ``StudyError`` where codes
    are left over, or where several schemes know them all and read them differently.
    """
    mapped = {plain_code(code) for code in classes}
    open_codes = [code for code in codes if plain_code(code) not in mapped]
    if scheme is not None:
        chosen, how = get_scheme(scheme).name, ASKED
    elif classes:
        return Reading(None, ASKED, _left(name, open_codes, {}, "the map"))
    else:
        chosen, how = _guess(name, [code for code in codes if plain_code(code) not in NODATA_LIKE] or codes)
    return Reading(chosen, how, _left(name, open_codes, match_codes(chosen, open_codes), chosen))


def _left(name: str, codes: Sequence[Code], known: Mapping[Code, object], by: str) -> list[Code]:
    """The codes that are not known but commonly mean no data; ``StudyError`` where others are not known."""
    left = [code for code in codes if code not in known]
    unknown = [code for code in left if plain_code(code) not in NODATA_LIKE]
    if unknown:
        fault = f"{by} does not say which classes the codes {_some(unknown)} of {name} are"
        raise StudyError([Finding("--scheme", fault, f"Name another, or {_mapping(unknown)}")])
    return left


def _guess(name: str, codes: Sequence[Code]) -> tuple[str, str]:
    """The scheme that codes follow, and what tells it."""
    whole = readings(codes)
    if len(whole) == 1:
        return whole[0], SURE
    if not whole:
        near = [(scheme, share) for scheme, share in likely_schemes(codes)[:1] if share < 1.0]
        most = f"; {near[0][0]} knows {near[0][1]:.0%} of them" if near else ""
        fault = f"no class scheme knows all codes of {name} ({_some(codes)}){most}"
        raise StudyError(
            [Finding("--scheme", fault, f"Name one ({', '.join(scheme_names())}), or {_mapping(codes)}")]
        )
    told = named_in(name, [scheme for scheme, share in likely_schemes(codes) if share == 1.0])
    if told is not None:
        return told, BY_NAME
    fault = f"several class schemes know the codes of {name} ({_some(codes)}), each in its own way"
    named = " or ".join(f'"{scheme}"' for scheme in whole)
    remedy = f"Name the one that it follows: --scheme {named}. If none: {_mapping(codes)}"
    raise StudyError([Finding("--scheme", fault, remedy)])


def _mapping(codes: Sequence[Code]) -> str:
    """The remedy that maps codes by hand."""
    pairs = ",".join(f"{code}=CLASS" for code in codes[:MOST_TOLD]) + (
        ",..." if len(codes) > MOST_TOLD else ""
    )
    return f'say what they are, such as --classes "{pairs}" with a class like cropland for each'


def _some(codes: Sequence[Code]) -> str:
    return ", ".join(str(code) for code in codes[:MOST_TOLD]) + (
        " and more" if len(codes) > MOST_TOLD else ""
    )
