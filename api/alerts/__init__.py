"""Saved searches, and how people are told of what is new in them."""
