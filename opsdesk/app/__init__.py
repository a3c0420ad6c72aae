"""The composition root: builds everything and owns the order of start and stop.

``desktop`` is what the window's thread needs at once, ``works`` what the engine's thread loads by
itself, ``once`` a refresh with no display.
"""
