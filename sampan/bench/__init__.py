"""What acts cost on a chain, measured beside the peers that people compare them with.

Words: an *act* is one row of the table; a *verb* is one transaction; a *side* is one deployment that knows the verbs
(ours, or a peer's). To add an act, add a record to `sampan.bench.acts`; to add a peer, add a side.
"""
