"""The records of campus.yaml: what can be written, and in which words.

Docstrings of fields are in Chinese: the JSON Schema shows them in the editor of the officer who writes the file.
"""
