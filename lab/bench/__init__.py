"""Speed, side by side: each row does the same work two ways in one run and prints the ratio. Run with `python -m lab.bench`."""
