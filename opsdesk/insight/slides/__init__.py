"""What stands on a wall: slides as data, for a display that only draws. Pure."""
