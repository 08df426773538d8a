// Answers on stdin's {encoding, leaves} with the root and the proofs of OpenZeppelin's standard tree, and with the one
// proof of the leaves that `chosen` numbers; or, for {root, encoding, together}, with its verdict on such a proof. The
// library's folder is the argument.
const { StandardMerkleTree } = require(process.argv[2]);

let text = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (part) => (text += part));
process.stdin.on("end", () => {
  const asked = JSON.parse(text);
  if (asked.together) {
    const verdict = StandardMerkleTree.verifyMultiProof(asked.root, asked.encoding, asked.together);
    process.stdout.write(JSON.stringify({ verdict }));
    return;
  }
  const tree = StandardMerkleTree.of(asked.leaves, asked.encoding);
  const proofs = asked.leaves.map((_, index) => tree.getProof(index));
  const together = asked.chosen && tree.getMultiProof(asked.chosen);
  process.stdout.write(JSON.stringify({ root: tree.root, proofs, together }));
});
