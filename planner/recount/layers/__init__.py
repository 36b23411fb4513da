"""A layout read back from files, and layers compared with it: outlines, areas, classes."""
