"""What a plan comes to, counted again from its map: indicators, limits, what is decided."""
