// Answers on stdin's {encoding, leaves} with the root and the proofs of OpenZeppelin's standard tree; or, for
// {root, encoding, fields}, with its verdict on each field. The library's folder is the argument.
const { StandardMerkleTree } = require(process.argv[2]);

let text = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (part) => (text += part));
process.stdin.on("end", () => {
  const asked = JSON.parse(text);
  if (asked.fields) {
    const verdicts = asked.fields.map(({ leaf, proof }) =>
      StandardMerkleTree.verify(asked.root, asked.encoding, leaf, proof),
    );
    process.stdout.write(JSON.stringify({ verdicts }));
    return;
  }
  const tree = StandardMerkleTree.of(asked.leaves, asked.encoding);
  const proofs = asked.leaves.map((_, index) => tree.getProof(index));
  process.stdout.write(JSON.stringify({ root: tree.root, proofs }));
});
