"""Judgements, learning from them and evaluation, as people ask for them."""
