"""Units, the smallest pieces that get one class each: raster cells or parcels, areas and neighbours."""
