"""A run's folder: written, reopened and verified."""
