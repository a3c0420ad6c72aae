"""The wall: pages fullscreen on displays, to be read from afar."""
