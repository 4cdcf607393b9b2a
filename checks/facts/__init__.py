"""Parsers: hostile text of a fact to values that remember their lines."""
