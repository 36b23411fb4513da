"""Every sentence and number that a reader sees."""
