"""Demand beside supply as commands, server and pages ask for it and show it."""
