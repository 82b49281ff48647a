"""A checker for company policies: rules are data, logs go in, findings come out."""

__version__ = "0.1.0"
