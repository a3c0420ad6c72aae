"""The engine: when to ask, what to make of the answers; one thread, one loop."""
