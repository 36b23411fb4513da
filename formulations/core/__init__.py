"""What every formulation shares: the indicator, the layout problem with its rows, and what a solve leaves."""
