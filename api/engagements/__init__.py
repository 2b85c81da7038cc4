"""What people do with a pairing: taken from them and shown to each as far as they may see it."""
