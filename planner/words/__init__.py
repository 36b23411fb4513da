"""Names for readers: of indicators, scenarios and coefficients, out of the catalogue."""
