"""Cargo data before it is on chain: Track & Trace events read, made leaves of batches, kept by their producer.

An *event* is what a producer reports (DCSA Track & Trace). A *link* says which bill and which of its containers an
event may be about. A *leaf* is an event as the contract `CargoLog` takes it, for one bill or for none. A *batch* is a
thousand leaves under one Merkle root. The producer's *store* holds all of them.
"""
