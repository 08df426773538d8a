"""Merkle trees in OpenZeppelin's standard form, so that `MerkleProof.sol` and `@openzeppelin/merkle-tree` verify them.

A leaf is hashed twice over its ABI encoding, leaves are sorted by hash, a node is the hash of its two children in
ascending order, and the tree is complete with its leaves at the end of one array. A proof needs no left or right.

Proofs of several leaves can be joined into one (OpenZeppelin's multiproof): a queue begins with the leaves in ascending
order; each flag takes the first of the queue with the second (true) or with the next of the proof (false), and puts
their node at the queue's end, until the root alone is left.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from sampan.keccak import keccak

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class ProofBroken(ValueError):
    """A joined proof does not lead to one root."""


def leaf_hash(encoded: bytes) -> bytes:
    """The hash of a leaf from the ABI encoding of its values: keccak256 twice, so that no node passes for a leaf."""
    return keccak(keccak(encoded))


def node_hash(one: bytes, other: bytes) -> bytes:
    """The hash of a node from its two children, whichever comes first."""
    return keccak(one + other if one < other else other + one)


def root_from(leaf: bytes, proof: Iterable[bytes]) -> bytes:
    """The root that a proof leads to from a leaf's hash (what `MerkleProof.processProof` computes)."""
    here = leaf
    for sibling in proof:
        here = node_hash(here, sibling)
    return here


def join_proofs(proofs: Mapping[bytes, Sequence[bytes]]) -> tuple[list[bytes], list[bool]]:
    """One proof for several leaves of a tree, from the proof of each: its hashes and its flags."""
    queue = deque((leaf, proofs[leaf], 0) for leaf in sorted(proofs))
    hashes: list[bytes] = []
    flags: list[bool] = []
    while queue and queue[0][2] < len(queue[0][1]):
        here, siblings, step = queue.popleft()
        sibling = siblings[step]
        known = bool(queue) and queue[0][0] == sibling
        flags.append(known)
        if known:
            queue.popleft()
        else:
            hashes.append(sibling)
        queue.append((node_hash(here, sibling), siblings, step + 1))
    return hashes, flags


def split_proof(
    leaves: Iterable[bytes], hashes: Sequence[bytes], flags: Sequence[bool]
) -> dict[bytes, tuple[bytes, ...]]:
    """The proof of each leaf from one proof for all of them. Raises `ProofBroken` for what leads to no one root."""
    first = sorted(leaves)
    if len(first) + len(hashes) != len(flags) + 1 or len(hashes) != flags.count(False):
        raise ProofBroken("as long as its leaves and flags ask for")
    # A node by its number: the leaves first, then each as it is made or taken from the proof.
    nodes = [*first]
    sibling: dict[int, int] = {}
    parent: dict[int, int] = {}
    queue = deque(range(len(first)))
    rest = iter(hashes)
    for flag in flags:
        if len(queue) < 1 + flag:
            raise ProofBroken("of flags that have their nodes")
        one = queue.popleft()
        if flag:
            other = queue.popleft()
        else:
            other = len(nodes)
            nodes.append(next(rest))
        above = len(nodes)
        nodes.append(node_hash(nodes[one], nodes[other]))
        sibling[one], sibling[other] = other, one
        parent[one] = parent[other] = above
        queue.append(above)
    found = {}
    for number, leaf in enumerate(first):
        way = []
        here = number
        while here in parent:
            way.append(nodes[sibling[here]])
            here = parent[here]
        found[leaf] = tuple(way)
    return found


class MerkleTree:
    """A tree over leaf hashes (32 bytes each, at least one, all different)."""

    __slots__ = ("_nodes", "_places")

    def __init__(self, leaves: Sequence[bytes]) -> None:
        """Build the tree; the order of `leaves` does not matter. Raises `ValueError` for none, or for two alike."""
        if not leaves or len(set(leaves)) != len(leaves):
            raise ValueError("a tree has at least one leaf and no leaf twice")
        size = 2 * len(leaves) - 1
        nodes = [b""] * (size - len(leaves)) + sorted(leaves, reverse=True)
        for index in range(size - 1 - len(leaves), -1, -1):
            # As `node_hash`, without its call: a million events are as many nodes.
            one, other = nodes[2 * index + 1], nodes[2 * index + 2]
            nodes[index] = keccak(one + other if one < other else other + one)
        self._nodes = nodes
        self._places = {leaf: place for place, leaf in enumerate(nodes[size - len(leaves) :], size - len(leaves))}

    @property
    def root(self) -> bytes:
        """The root, 32 bytes."""
        return self._nodes[0]

    def proof(self, leaf: bytes) -> tuple[bytes, ...]:
        """The siblings from a leaf's hash up to the root. Raises `KeyError` for a hash that is no leaf."""
        place = self._places[leaf]
        siblings = []
        while place > 0:
            siblings.append(self._nodes[place + 1 if place % 2 else place - 1])
            place = (place - 1) // 2
        return tuple(siblings)
