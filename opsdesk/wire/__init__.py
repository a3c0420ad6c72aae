"""The metrics API, version 1, and files: the types as they are written, and the way there and back."""
