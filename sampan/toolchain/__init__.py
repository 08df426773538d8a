"""From Solidity to artifacts: `build` compiles, `artifacts` loads what was compiled, `doctor` looks at the machine."""
