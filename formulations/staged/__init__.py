"""Stages: a layout problem in which every unit also has the year of its change."""
