"""The judge: facts and checks to findings. Pure; three-valued: what is not known never decides."""
