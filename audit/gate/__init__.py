"""thresholds.yaml: the gate of CI and of the schedule."""
