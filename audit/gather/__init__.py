"""Gathering: the only code that touches a host or a network."""
