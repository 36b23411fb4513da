"""A map layer: its table, its names for readers and its style; every vector format writes these."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import geopandas as gpd
import pandas as pd

from instances.land.classes import Space
from instances.units.grid import Grid
from planner.styles.layer_styles import Mark

Words = tuple[str, str]
"""The same in Chinese and English."""

SPACES: dict[Space, Words] = {
    Space.PRODUCTION: ("生产空间", "Production space"),
    Space.LIVING: ("生活空间", "Living space"),
    Space.ECOLOGICAL: ("生态空间", "Ecological space"),
}
FIELDS: dict[str, Words] = {
    "code": ("地类代码", "Class code"),
    "class": ("地类标识", "Class"),
    "name": ("地类名称", "Class name"),
    "name_zh": ("地类名称（中文）", "Class name (Chinese)"),
    "name_en": ("地类名称（英文）", "Class name (English)"),
    "space": ("空间类型", "Space"),
    "space_name": ("空间名称", "Space name"),
    "blue_green": ("蓝绿空间", "Blue-green"),
    "built": ("建设用地", "Built land"),
    "colour": ("颜色", "Colour"),
    "area_ha": ("面积（公顷）", "Area (ha)"),
    "today_ha": ("现状面积（公顷）", "Area today (ha)"),
    "plan_ha": ("规划面积（公顷）", "Area planned (ha)"),
    "units": ("单元数", "Units"),
    "change": ("变化标识", "Change"),
    "change_name": ("变化", "Change, named"),
    "from_class": ("现状地类标识", "Class today"),
    "to_class": ("规划地类标识", "Class planned"),
    "from_name": ("现状地类", "Class today, named"),
    "to_name": ("规划地类", "Class planned, named"),
    "redlines": ("涉及红线", "Red lines touched"),
    "kind": ("冲突类型标识", "Kind"),
    "kind_name": ("冲突类型", "Kind, named"),
    "redline_a": ("红线甲", "Red line"),
    "redline_b": ("红线乙", "Other red line"),
    "id": ("图斑标识", "Parcel"),
    "changed": ("是否变化", "Changes"),
    "redline": ("红线标识", "Red line"),
    "label": ("红线名称", "Name of the red line"),
    "rule": ("管控规则", "Rule"),
    "rank": ("面积位次", "Rank by area"),
    "size": ("规模标识", "Size"),
    "size_name": ("规模", "Size, named"),
    "share_percent": ("占网络面积（%）", "Share of the network (%)"),
    "new_ha": ("新增面积（公顷）", "New area (ha)"),
    "planar_ha": ("平面面积（公顷）", "Planar area (ha)"),
    "ellipsoidal_ha": ("椭球面积（公顷）", "Ellipsoidal area (ha)"),
    "BSM": ("标识码", "Number (BSM)"),
    "TBBH": ("图斑编号", "Parcel number (TBBH)"),
    "DLBM": ("地类编码", "Class code (DLBM)"),
    "DLMC": ("地类名称", "Class name (DLMC)"),
    "JQDLBM": ("基期地类编码", "Class code, base year (JQDLBM)"),
    "JQDLMC": ("基期地类名称", "Class name, base year (JQDLMC)"),
    "GHDLBM": ("规划地类编码", "Class code, planned (GHDLBM)"),
    "GHDLMC": ("规划地类名称", "Class name, planned (GHDLMC)"),
    "MJ": ("面积（平方米）", "Area (m², MJ)"),
    "MC": ("名称", "Name (MC)"),
    "BZ": ("备注", "Remark (BZ)"),
}
"""Name of every field for readers."""
AREA_KINDS: dict[str, Words] = {"planar": ("平面面积", "planar"), "ellipsoidal": ("椭球面积", "ellipsoidal")}
"""How the areas of a grid are measured, as ``Grid.area_kind`` says."""
BETWEEN = {"zh": "、", "en": "; "}
"""What stands between the names of red lines."""


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer of a plan: its table (with polygons, or without), its title, and the style on a field."""

    name: str
    table: pd.DataFrame
    title: Words
    styled_by: str | None = None
    marks: Mapping[str, tuple[Mark, ...]] = field(default_factory=dict)
    """The marks of the style in each language."""
    named: Mapping[str, Words] = field(default_factory=dict)
    """Names of fields for readers that are this layer's own."""

    @property
    def has_geometry(self) -> bool:
        """True where the layer has polygons."""
        return isinstance(self.table, gpd.GeoDataFrame)

    def emptied(self) -> Layer:
        """The layer without its rows: fields, names and style."""
        return replace(self, table=self.table.iloc[:0])

    def aliases(self, lang: str) -> dict[str, str]:
        """The name of every field for readers, in the order of the table."""
        columns = [name for name in self.table.columns if name != "geometry"]
        known = {**FIELDS, **self.named}
        return {str(name): word(known[name], lang) for name in columns}


def word(words: Words, lang: str) -> str:
    """The Chinese or the English of two."""
    return words[0] if lang == "zh" else words[1]


def described(layer: Layer, grid: Grid, lang: str) -> str:
    """A layer's title, and whether its areas are planar or ellipsoidal."""
    kind = word(AREA_KINDS[grid.area_kind], lang)
    stop, colon = ("。", "：") if lang == "zh" else (". ", ": ")
    areas = word(("面积", "Areas"), lang)
    within = f"（{grid.crs.name}）" if lang == "zh" else f", in {grid.crs.name}"
    return f"{word(layer.title, lang)}{stop}{areas}{colon}{kind}{within}"


def in_both(marks: Callable[[str], tuple[Mark, ...]]) -> dict[str, tuple[Mark, ...]]:
    """The marks of a style in each language."""
    return {lang: marks(lang) for lang in ("zh", "en")}
