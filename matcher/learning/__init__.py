"""What judgements teach: weights, likelihoods, promotion, and who gets attention."""
