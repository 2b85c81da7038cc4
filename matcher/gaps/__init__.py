"""Demand minus supply, growth and priorities, each figure from records that can be counted again."""
