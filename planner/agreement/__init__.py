"""Where several plans agree: firm and fragile land."""
