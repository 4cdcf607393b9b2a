"""The check language: YAML text to checked records, and the records themselves."""
