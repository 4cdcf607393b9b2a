"""Files people write (campus.yaml, waivers.yaml …): read strictly, every mistake told in Chinese with its line and a hint."""
