"""Names of coordinate reference systems for readers: those of Chinese surveys in the reader's language."""

from __future__ import annotations

import re

from words.catalogue import Words

_STRIPS = re.compile(r"(.+) / ([36])-degree Gauss-Kruger (?:CM (\d+)E|zone (\d+))")
_UTM = re.compile(r"(.+) / UTM zone (\d+)([NS])")
_FRAMES = {
    "CGCS2000": "crs_names.cgcs2000",
    "China Geodetic Coordinate System 2000": "crs_names.cgcs2000_named",
    "WGS 84": "crs_names.wgs84",
    "Xian 1980": "crs_names.xian1980",
    "Beijing 1954": "crs_names.beijing1954",
}


def crs_label(name: str, words: Words) -> str:
    """A CRS's name for readers, of its name in the register of EPSG; one that is not known as it stands."""
    if strips := _STRIPS.fullmatch(name):
        frame, degrees, meridian, zone = strips.groups()
        values = {"frame": crs_label(frame, words), "degrees": degrees}
        if meridian:
            return words.text("crs_names.meridian", meridian=meridian, **values)
        return words.text("crs_names.zone", zone=zone, **values)
    if utm := _UTM.fullmatch(name):
        return words.text("crs_names.utm", frame=crs_label(utm[1], words), zone=utm[2], half=utm[3])
    return words.text(_FRAMES[name]) if name in _FRAMES else name
