"""`tritone benchmark`: many models on the same data, in one table that says what it can tell."""
