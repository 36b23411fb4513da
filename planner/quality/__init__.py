"""Whether an export can be handed in: names, types, lengths and topology against the standard's database."""
