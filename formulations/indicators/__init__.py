"""The indicators, one file each, and their catalogue."""
