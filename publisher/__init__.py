"""Publisher: a document compiler for press offices."""

__version__ = "0.1.0"
