"""Ready policies: which there are, and what is told of those that a study includes."""
