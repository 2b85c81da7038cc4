"""Councils: rules that are dated and cited, what speaks against members, the best seating."""
