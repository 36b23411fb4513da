"""The commands, one file each; with ``planner.cli`` the only place that prints."""
