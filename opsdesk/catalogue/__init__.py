"""Reads and checks the data files: catalogue, packs, pages."""
