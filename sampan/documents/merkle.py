"""Merkle trees in OpenZeppelin's standard form, so that `MerkleProof.sol` and `@openzeppelin/merkle-tree` verify them.

A leaf is hashed twice over its ABI encoding, leaves are sorted by hash, a node is the hash of its two children in
ascending order, and the tree is complete with its leaves at the end of one array. A proof needs no left or right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sampan.keccak import keccak

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


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


class MerkleTree:
    """A tree over leaf hashes (32 bytes each, at least one, all different)."""

    __slots__ = ("_nodes", "_places")

    def __init__(self, leaves: Sequence[bytes]) -> None:
        """Build the tree; the order of `leaves` does not matter. Raises `ValueError` for none, or for two alike."""
        if not leaves or len(set(leaves)) != len(leaves):
            raise ValueError("a tree has at least one leaf and no leaf twice")
        size = 2 * len(leaves) - 1
        nodes = [b""] * size
        places = {}
        for index, leaf in enumerate(sorted(leaves)):
            nodes[size - 1 - index] = leaf
            places[leaf] = size - 1 - index
        for index in range(size - 1 - len(leaves), -1, -1):
            nodes[index] = node_hash(nodes[2 * index + 1], nodes[2 * index + 2])
        self._nodes = nodes
        self._places = places

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
