"""The encoding of a shapefile's text, found by decoding it: `.cpg` files are often absent or wrong."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from instances.study.files import part_of_shapefile

RECORDS_LOOKED_AT = 20_000
COMMON = 0.9
"""Share of its signs that must be in common use for text to count as Chinese."""
CONTAINED_IN = {"gbk": "gb18030", "gb2312": "gb18030"}
"""Encodings by the larger one that contains them."""

LONGEST_NAME = 80
"""Bytes of a `.cpg` that are looked at."""

NOT_OF_FILES = {"idna", "punycode", "raw_unicode_escape", "unicode_escape", "undefined", "mbcs", "oem"}
"""Encodings of Python's that are of names and of programs, not of files."""

HEADER_BYTES, FIELD_BYTES, FIELDS_END = 32, 32, 0x0D


@dataclass(frozen=True, slots=True)
class Encoding:
    """The encoding of a shapefile's names and text; ``stated`` is what its ``.cpg`` says (None without)."""

    name: str
    stated: str | None

    @property
    def corrected(self) -> bool:
        """True where the file states another encoding than its text has."""
        stated = None if self.stated is None else _codec(self.stated)
        return stated is not None and CONTAINED_IN.get(stated, stated) != _codec(self.name)


def shapefile_encoding(shapefile: Path) -> Encoding | None:
    """The encoding of a shapefile: the stated one where its text decodes by it (and is not plainly Chinese in
    UTF-8 that says GBK), else UTF-8 or GB 18030 (which
    contains GBK and GB 2312) where the text decodes by that, else Latin-1. None where all text is plain ASCII
    or there is no table."""
    table = part_of_shapefile(shapefile, ".dbf")
    texts = _texts(table) if table is not None else []
    if not any(byte > 127 for text in texts for byte in text):
        return None
    stated = _stated(shapefile)
    codec = _codec(stated) if stated is not None else None
    single_byte = codec in ("iso8859-1", "cp1252")
    if codec is not None and not single_byte and _decodes(texts, codec) and not _is_utf_8_of(texts, codec):
        return Encoding(CONTAINED_IN.get(codec, codec), stated)
    if _decodes(texts, "utf-8"):
        return Encoding("utf-8", stated)
    if _reads_chinese(texts):
        return Encoding("gb18030", stated)
    return Encoding(codec if codec is not None and single_byte else "latin-1", stated)


def _stated(shapefile: Path) -> str | None:
    part = part_of_shapefile(shapefile, ".cpg")
    if part is None:
        return None
    with part.open("rb") as stream:
        head = stream.read(LONGEST_NAME).decode("ascii", "replace")
    return "".join(letter for letter in head if letter.isprintable()).strip() or None


def _codec(name: str) -> str | None:
    """Python's name of an encoding; code pages may be bare numbers (936) or ANSI 936."""
    plain = name.lower().removeprefix("ansi").removeprefix("ldid/").strip()
    plain = {"65001": "utf-8", "936": "gbk", "54936": "gb18030", "77": "gbk"}.get(plain, plain)
    plain = f"cp{plain}" if plain.isdigit() and len(plain) in (3, 4) else plain
    try:
        found = codecs.lookup(plain).name
        b"text".decode(found)  # not every codec is of text: rot13 and zlib are codecs too
    except (LookupError, ValueError):
        return None
    if found.replace("-", "_") in NOT_OF_FILES:
        return None
    return "gbk" if found == "cp936" else found


def _texts(table: Path) -> list[bytes]:
    """Distinct field names and text values of a dBASE table, from its first records."""
    with table.open("rb") as stream:
        head = stream.read(HEADER_BYTES)
        if len(head) < HEADER_BYTES:
            return []
        records = min(int.from_bytes(head[4:8], "little"), RECORDS_LOOKED_AT)
        start, width = int.from_bytes(head[8:10], "little"), int.from_bytes(head[10:12], "little")
        fields = stream.read(max(start - HEADER_BYTES, 0))
        body = stream.read(records * width)
    if not width:
        return []
    found = np.frombuffer(body[: len(body) // width * width], dtype=np.uint8).reshape(-1, width)
    texts, offset = [], 1
    for at in range(0, len(fields) - FIELD_BYTES + 1, FIELD_BYTES):
        if fields[at] == FIELDS_END:
            break
        texts.append(fields[at : at + 11].split(b"\0")[0])
        size = fields[at + 16]
        if fields[at + 11 : at + 12] == b"C" and size:
            column = np.ascontiguousarray(found[:, offset : offset + size]).view(f"S{size}").ravel()
            texts.extend(bytes(value) for value in np.unique(column))
        offset += size
    return texts


def _decodes(texts: list[bytes], codec: str) -> bool:
    """True where all texts decode; a character cut off by the width of its field is passed over."""
    try:
        for text in texts:
            codecs.getincrementaldecoder(codec)().decode(text.rstrip(b" \0"), final=False)
    except UnicodeError:  # UTF-16 without its mark is one, too
        return False
    return True


def _is_utf_8_of(texts: list[bytes], codec: str) -> bool:
    """True where text that decodes by a codec of Chinese is common Chinese by UTF-8 alone: three bytes of one
    sign are a sign and a half of GBK, and mostly a rare one."""
    return (
        codec in ("gbk", "gb2312", "gb18030", "big5")
        and _decodes(texts, "utf-8")
        and _common(texts, "utf-8") >= COMMON > _common(texts, codec)
    )


def _reads_chinese(texts: list[bytes]) -> bool:
    """True where the texts decode by GB 18030 into characters in common use: almost any bytes decode."""
    return _decodes(texts, "gb18030") and _common(texts, "gb18030") >= COMMON


def _common(texts: list[bytes], codec: str) -> float:
    """The share of signs beyond ASCII that are in common use in Chinese, of texts that decode by a codec."""
    whole = "".join(
        codecs.getincrementaldecoder(codec)().decode(text.rstrip(b" \0"), final=False) for text in texts
    )
    unusual = [letter for letter in whole if ord(letter) > 127]
    common = [letter for letter in unusual if letter.encode("gb2312", "ignore")]
    return len(common) / len(unusual) if unusual else 1.0
