"""What limits and red lines cost: asked, told and written."""
