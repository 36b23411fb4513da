"""Names of the files that prices and opportunity costs add to a run's folder."""

LIMIT_PRICES, REDLINE_COSTS, REDLINE_PATCHES = "prices.csv", "redline_costs.csv", "redline_patches.csv"
OPPORTUNITY_PACKAGE = "opportunity.gpkg"
OPPORTUNITY_RASTER, OPPORTUNITY_STYLE = "opportunity.tif", "opportunity.qml"
PRICE_FILES = frozenset(
    {
        LIMIT_PRICES,
        REDLINE_COSTS,
        REDLINE_PATCHES,
        OPPORTUNITY_PACKAGE,
        OPPORTUNITY_RASTER,
        OPPORTUNITY_STYLE,
    }
)
"""The files that prices add to a run's folder."""
