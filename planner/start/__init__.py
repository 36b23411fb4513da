"""Before there is a plan of one's own: a study file from a land cover, what a study holds, the demo."""
