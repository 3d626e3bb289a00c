"""What a company must be able to do with the personal data that Puntual keeps for it: block, erase, and keep no longer than needed."""
