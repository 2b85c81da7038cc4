"""Overlap of a proposal with tasks done, running and proposed."""
