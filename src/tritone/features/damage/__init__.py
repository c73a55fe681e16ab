"""Damage for robustness studies: what reaches a model when channels are lost, noisy or late."""
