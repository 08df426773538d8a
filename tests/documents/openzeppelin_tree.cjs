// Answers on stdin's list of {encoding, leaves} with root and proofs of OpenZeppelin's standard tree for each, and with the
// one proof of the leaves that `chosen` numbers; or, for {root, encoding, together}, with its verdict on such a proof. The
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
  const answers = asked.map(({ encoding, leaves, chosen }) => {
    const tree = StandardMerkleTree.of(leaves, encoding);
    const proofs = leaves.map((_, index) => tree.getProof(index));
    return { root: tree.root, proofs, together: chosen && tree.getMultiProof(chosen) };
  });
  process.stdout.write(JSON.stringify(answers));
});
