#!/usr/bin/env node
// npm's solc behind the command line that py-solc-x and ape expect of a native solc: `--version`, and standard JSON
// from stdin to stdout. SAMPAN_SOLC_MODULE names the folder of npm's package; without it Node looks upward from here
// and from the working folder. npm's own command fails on pipes, so its module is called instead.
"use strict";

const fs = require("fs");
const path = require("path");

const flags = process.argv.slice(2);
const valueOf = (flag) => (flags.includes(flag) ? flags[flags.indexOf(flag) + 1] : undefined);

function loadCompiler() {
  const places = [process.env.SAMPAN_SOLC_MODULE, process.cwd(), __dirname].filter(Boolean);
  for (const place of places) {
    try {
      return require(fs.existsSync(path.join(place, "soljson.js")) ? place : require.resolve("solc", { paths: [place] }));
    } catch (error) {
      if (error.code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  process.stderr.write("npm's solc is not installed: npm ci --ignore-scripts\n");
  process.exit(1);
}

function readImport(name) {
  for (const base of [valueOf("--base-path") || ".", ...(valueOf("--include-path") ? [valueOf("--include-path")] : [])]) {
    const file = path.resolve(base, name);
    if (fs.existsSync(file)) return { contents: fs.readFileSync(file, "utf8") };
  }
  return { error: `Source "${name}" not found.` };
}

const solc = loadCompiler();
// The module turns every rejected promise and thrown error of the process into a crash report of its own.
process.removeAllListeners("uncaughtException");
process.removeAllListeners("unhandledRejection");

if (flags.includes("--version")) {
  process.stdout.write(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`);
} else if (flags.includes("--standard-json")) {
  const chunks = [];
  process.stdin.on("data", (chunk) => chunks.push(chunk));
  process.stdin.on("end", () => {
    const output = solc.compile(Buffer.concat(chunks).toString("utf8"), { import: readImport });
    process.stdout.write(output + "\n");
  });
} else {
  process.stderr.write("this stand-in for solc understands --version and --standard-json\n");
  process.exitCode = 1;
}
