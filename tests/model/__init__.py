"""A small real translation model for the tests, rebuilt from a pinned wheel (see README.md)."""
