"""Maps as pictures: sheets, panels, legends, outlines."""
