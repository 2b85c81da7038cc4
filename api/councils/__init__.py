"""Councils, with the declarations and answers that speak against members, as people ask for them and see them."""
