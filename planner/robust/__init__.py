"""The plan that loses least where the carbon coefficients are others."""
