"""Tritone reads sentiment and emotion from what people say, how they say it and how they look."""

__version__ = "0.1.0"
