"""What rivers and roads look like on maps, drawn or in a project."""

LOOKS = {"water": ("#1f6fa8", 0.7, "#12527f"), "road": ("#8a6d3b", 0.6, "#6b5020")}
"""Colour and width (points) of lines of a kind, and the colour of their names."""
