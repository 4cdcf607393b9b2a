"""Do two other auditors agree with us? OpenSCAP and Lynis run on the three known hosts, beside `dengbao`.

`python -m lab.agreement` (root, about five minutes) runs all three, records what they said in `recorded.json` and
writes `docs/agreement.md`. Which of their tests asks the same as which of our checks stands in `mapping.yaml`; why two
differ stands in `explanations.yaml`. A difference without its explanation, or an explanation without its difference,
is an error.
"""
