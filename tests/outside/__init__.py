"""Tests that need an outside judge."""
