"""The words of the house: every sentence and number that a reader sees, in every language."""
