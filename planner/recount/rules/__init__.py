"""Rules of space counted again on the map: what a drawn layout breaks, patches, land that stays whole."""
