"""Needs that people post, with guidance while they write."""
