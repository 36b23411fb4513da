"""Interwoven town and country: measured, graded, written as table, layers, raster and map."""
