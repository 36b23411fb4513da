"""The blue-green network of a study's land, of its plans and of any other tool's layouts, measured."""
