"""Living units: divisions of the area that are made, not drawn, and the tiles they are made of."""
