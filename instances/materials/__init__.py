"""Materials: what villages give off, the plants that take it in, and what both do to air and fields."""
