"""One module a command; each exposes `command`. Only `audit.cli` loads them."""
