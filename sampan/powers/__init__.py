"""The powers of administration: what the AccessManager that stands over the ledger can be told, each verb once.

Client and command line are made from these declarations. Model and audit do not replay them: who has which power is
read and compared by `sampan.deployment.powers`.
"""
