"""The rules, the daemon and the record of a cabinet of phone cubbies."""

__version__ = "0.1.0"
