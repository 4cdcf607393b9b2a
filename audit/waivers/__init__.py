"""waivers.yaml: what a school accepted for a time, who approved it and until when."""
