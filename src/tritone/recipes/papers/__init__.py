"""The papers' experiments by name: each function gives the recipe of one row of a paper's table."""
