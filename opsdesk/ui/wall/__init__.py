"""The wall: pages fullscreen on a display that is read from afar, for months."""
