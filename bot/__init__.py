"""Canon: one accepted version of a thing, reached and kept."""
