"""The metrics API, version 1, over whatever provides it: an engine or the demo."""
