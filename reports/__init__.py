"""reports tells: one module per format. Knows checks.model and computes no verdict."""
