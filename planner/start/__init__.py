"""The first study file, written from a land-cover map."""
