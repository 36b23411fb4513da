"""What stands beside the layout, counted again: its network, and the cycle of waste."""
