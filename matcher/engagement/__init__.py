"""Stages of engagements and the moves between them."""
