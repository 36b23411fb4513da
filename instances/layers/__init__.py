"""Raster and vector layers of any kind, brought onto the units."""
