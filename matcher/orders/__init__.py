"""Drafts of official forms, each sentence with the place where it stands."""
