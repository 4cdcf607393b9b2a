"""The judge: facts and checks to findings."""
