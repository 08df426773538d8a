// Answers on stdin's list of {encoding, leaves} with root and proofs of OpenZeppelin's standard tree for each; or, for
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
  const answers = asked.map(({ encoding, leaves }) => {
    const tree = StandardMerkleTree.of(leaves, encoding);
    return { root: tree.root, proofs: leaves.map((_, index) => tree.getProof(index)) };
  });
  process.stdout.write(JSON.stringify(answers));
});
