"""The reference model: the life of a bill in plain Python, the specification that the contracts are held to.

Nothing here imports anything of Sampan's or any library. Two ways in: `verbs.perform` decides a call as the ledger must
(who may, in which state, with which error), `apply.apply` rebuilds the same state from the ledger's events alone and
refuses events that could not have happened. Both share `rules` (who may) and `effects` (what an event changes).

Words: addresses are lower-case text `0x…`; participants and accounts are known by their numbers on the ledger, from 1;
times are seconds since 1970.
"""
