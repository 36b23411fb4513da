"""The terminal: how commands are asked, what they say there, and how they tell what goes on."""
