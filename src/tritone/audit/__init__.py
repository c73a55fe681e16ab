"""What is wrong with a dataset and its split, before any training."""
