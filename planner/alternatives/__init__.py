"""Plans nearly as good as the best that differ as much as can be."""
