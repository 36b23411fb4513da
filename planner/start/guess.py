"""What a land-cover file holds before there is a study: its codes, and the scheme that they follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from instances.land.code_bands import CodeBand, distinct_codes
from instances.land.codes import NODATA_LIKE, Code, plain_code
from instances.land.landcover_parcels import USUAL_FIELD, parcel_codes
from instances.land.scheme_doubts import doubt, raster_evidence
from instances.land.scheme_evidence import Evidence, told_by_evidence
from instances.land.scheme_fits import (
    different,
    fits,
    fitting,
    likely_schemes,
    told_by_codes,
)
from instances.land.schemes import get_scheme, match_codes, scheme_names
from instances.layers.raster_files import raster_file
from instances.layers.vector_files import find_field, read_attributes
from instances.study.findings import Finding, Findings, StudyError
from instances.study.schema import Source
from words.said import Said, say

PLACE = "LANDCOVER"
MOST_TOLD = 8
ASKED, SURE = "asked", "guessed"
"""Why a scheme is taken: asked for, or told by the codes alone; else ``by_`` and what told it."""
NAMES = "DLMC"
"""The surveys' field of class names."""


class Reading(NamedTuple):
    """How a file's codes are to be read: the scheme and why it was taken, and codes taken as no data.

    ``doubt``: what of the file (legend, colours, field, layer, name) speaks for another scheme than the one
    asked for, and for which.
    """

    scheme: str | None
    how: str
    nodata: list[Code]
    doubt: tuple[str, str] | None = None


def raster_codes(path: Path) -> tuple[list[Code], Evidence]:
    """The codes of a raster's first band, and what else it says of them; ``StudyError`` where it has none."""
    findings = Findings()
    codes = None
    with raster_file(path, PLACE, findings) as source:
        if source is not None:
            codes, _ = distinct_codes(CodeBand(source, 1).strips())
    findings.raise_errors()
    if codes is None or not len(codes):
        why = say("carbon_guess.no_whole") if codes is None else say("carbon_guess.no_value")
        fault = say("carbon_guess.no_codes", name=path.name, why=why)
        raise StudyError([Finding(PLACE, fault, say("carbon_guess.name_raster"))])
    return list(codes.tolist()), raster_evidence(path, 1, codes.tolist())


def field_codes(path: Path, layer: str | None, field: str | None) -> tuple[str, list[Code], Evidence]:
    """The parcels' field of class codes, the codes in it and what else tells of them; ``StudyError`` where
    there is none."""
    findings = Findings()
    table = read_attributes(Source(path=str(path), layer=layer), PLACE, Path(), findings)
    findings.raise_errors()
    fields = [] if table is None else [str(name) for name in table.columns]
    found = find_field(fields, field or USUAL_FIELD)
    if table is None or found is None:
        fault = "missing_field" if field else "no_field"
        remedy = say("carbon_guess.name_field", fields=fields) if fields else say("carbon_guess.no_fields")
        told = say(f"carbon_guess.{fault}", name=path.name, field=field or "")
        raise StudyError([Finding("--field", told, remedy)])
    codes, of_parcel = parcel_codes(table[found])
    names: dict[Code, str] = {}
    named = find_field(fields, NAMES)
    if named is not None and named != found:
        positions, first = np.unique(of_parcel, return_index=True)
        texts = table[named].iloc[first].astype(str)
        names = {codes[at]: text for at, text in zip(positions, texts, strict=True) if at >= 0}
    return found, codes, Evidence(path.stem, layer or path.stem, (found,), names)


def reading(
    name: str, codes: Sequence[Code], scheme: str | None, classes: Mapping[str, str], evidence: Evidence
) -> Reading:
    """How the codes of the file ``name`` are read: by the ``scheme`` that is asked for, by the inline map
    ``classes`` alone, or by the scheme that the codes tell, or the rest of the file.

    Codes that commonly mean no data, and that neither knows, are taken as such. ``StudyError`` where codes
    are left over, or where nothing tells which scheme they follow.
    """
    mapped = {plain_code(code) for code in classes}
    open_codes = [code for code in codes if plain_code(code) not in mapped]
    doubted = None
    if scheme is not None:
        chosen, how = get_scheme(scheme).name, ASKED
        doubted = doubt(chosen, open_codes, evidence)
    elif classes:
        return Reading(None, ASKED, _left(name, open_codes, {}, say("carbon_guess.the_map")))
    else:
        chosen, how = _guess(name, codes, evidence)
    return Reading(chosen, how, _left(name, open_codes, match_codes(chosen, open_codes), chosen), doubted)


def _left(name: str, codes: Sequence[Code], known: Mapping[Code, object], by: str) -> list[Code]:
    """The codes that are not known but commonly mean no data; ``StudyError`` where others are not known."""
    left = [code for code in codes if code not in known]
    unknown = [code for code in left if plain_code(code) not in NODATA_LIKE]
    if unknown:
        fault = say("carbon_guess.left", by=by, codes=_some(unknown), name=name)
        remedy = say("carbon_guess.name_another", mapping=_mapping(unknown))
        raise StudyError([Finding("--scheme", fault, remedy)])
    return left


def _guess(name: str, codes: Sequence[Code], evidence: Evidence) -> tuple[str, str]:
    """The scheme that codes follow, and what tells it: the codes where no other list could have them, else
    legend, fields and names. ``StudyError`` that names all that fit where nothing tells."""
    plain = [code for code in codes if plain_code(code) not in NODATA_LIKE] or list(codes)
    if told_by_codes(plain) is not None:
        return str(told_by_codes(plain)), SURE
    whole = [fit.name for fit in fits(set(plain)) if fit.share == 1.0]
    if not whole:
        raise StudyError([_told_by_none(name, codes)])
    told = told_by_evidence(evidence, whole)
    left = whole
    for schemes in told.values():
        left = [scheme for scheme in left if scheme in schemes]
    if told and len(different(left, plain)) == 1 and _bears_out(left[0], plain, told):
        return left[0], f"by_{next(iter(told))}"
    raise StudyError([_open(name, plain, different(fitting(plain), plain))])


def _bears_out(scheme: str, codes: Sequence[Code], told: Mapping[str, object]) -> bool:
    """Whether what was told is enough for codes like these. A survey's name or field also stands on data that
    were numbered anew, 1 to 9, so it tells only where the codes are written as the survey's."""
    written = all(len(str(code)) > 2 or str(code).startswith("0") for code in codes)
    return "legend" in told or "colours" in told or not get_scheme(scheme).survey or written


def _told_by_none(name: str, codes: Sequence[Code]) -> Finding:
    """The finding where no scheme knows all codes."""
    near = [(scheme, share) for scheme, share in likely_schemes(codes)[:1] if share < 1.0]
    fault = say("carbon_guess.fits_none", name=name, codes=_some(codes))
    if near:
        fault = say(
            "carbon_guess.fits_most", name=name, codes=_some(codes), scheme=near[0][0], share=near[0][1]
        )
    remedy = say("carbon_guess.name_one", schemes=scheme_names(), mapping=_mapping(codes))
    return Finding("--scheme", fault, remedy)


def _open(name: str, codes: Sequence[Code], whole: Sequence[str]) -> Finding:
    """The finding where schemes fit, but nothing tells that one of them is meant."""
    named = [say("carbon_guess.quoted", scheme=scheme) for scheme in whole]
    some = _some(codes)
    if len(whole) == 1:
        fault = say("carbon_guess.fits_one", name=name, codes=some, scheme=whole[0])
        return Finding("--scheme", fault, say("carbon_guess.if_it", scheme=whole[0], mapping=_mapping(codes)))
    fault = say("carbon_guess.fits_several", name=name, codes=some)
    remedy = say("carbon_guess.name_which", schemes=_either(named), mapping=_mapping(codes))
    return Finding("--scheme", fault, remedy)


def _either(named: Sequence[Said]) -> str:
    """Things as alternatives: one, or another, or a third."""
    said: str = named[0]
    for other in named[1:]:
        said = say("carbon_guess.either", one=said, other=other)
    return said


def _mapping(codes: Sequence[Code]) -> Said:
    """The remedy that maps codes by hand."""
    pairs = ",".join(f"{code}=CLASS" for code in codes[:MOST_TOLD])
    return say("carbon_guess.mapping", pairs=f"{pairs},..." if len(codes) > MOST_TOLD else pairs)


def _some(codes: Sequence[Code]) -> Said | list[str]:
    told = [str(code) for code in codes[:MOST_TOLD]]
    return say("carbon_guess.and_more", codes=told) if len(codes) > MOST_TOLD else told
