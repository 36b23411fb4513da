"""Models beside the layout, linked with it by indicators of districts, with one bound of all parts."""
