"""A simulated production, seeded: it begins at known figures, has a past, and lives."""
