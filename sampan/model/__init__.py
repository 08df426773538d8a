"""The reference model: how a call is carried out, and how a log is replayed; it knows no subject.

`perform` decides a call as the contracts must: who may, in which state, with which error. `replay` rebuilds the same
state from the log alone, and names the events that could not have happened. What a verb asks and what an event changes,
the subjects declare. Nothing here imports anything but the suite and the standard library.

Words: addresses are lower-case text `0x…`; participants and accounts are known by their numbers on the ledger, from 1;
times are seconds since 1970.
"""
