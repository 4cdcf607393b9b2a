"""campus.yaml: the description of one school, read strictly."""
