"""Comparing decides what changed from one run to another and whether a run stays inside a gate. Pure."""
