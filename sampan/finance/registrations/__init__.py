"""The register of cargo that secures debts."""
