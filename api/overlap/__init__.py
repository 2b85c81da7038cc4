"""Overlap checks in words, on the command line, as JSON and as printable slips."""
