"""Tests against a real gateway process."""
