"""Fix scripts: a self-contained shell script per asset and failing check. Shown to the officer, never run by us."""
