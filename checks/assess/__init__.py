"""The assessment: findings, attestations and determinations to items, rates, high-risk cases and a conclusion."""
