"""What every HTML page is made of: templates, fonts held in the page, maps, diagrams."""
