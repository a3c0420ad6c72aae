"""The metrics API, version 1, and files: types as they are written, the way there and back."""
