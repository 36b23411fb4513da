"""What limits and red lines cost: prices and their ranges, opportunity costs, differences of certificates."""
