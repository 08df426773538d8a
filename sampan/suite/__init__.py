"""What the contracts say, as data: words, events, refusals, ids, calls on the wire, packed words, and what a verb is.

Everything else stands on it: model and subjects, client, audit, fuzz. It imports nothing of ours but errors, keccak and
the compiled artifacts. `words`, `events` and the stubs are written by `python -m sampan.suite.generate`.
"""
