"""Carbon counted again: the account, its ranges, and the caps of a carbon plan."""
