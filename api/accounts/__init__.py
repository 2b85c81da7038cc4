"""Accounts, how people sign in to them, and what is theirs."""
