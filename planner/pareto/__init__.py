"""Fronts: what one indicator costs in terms of another."""
