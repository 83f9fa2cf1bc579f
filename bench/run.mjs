/**
 * Runs a bench: bundles bench/main.ts (packages stay outside, so that what is measured is what
 * Node loads) and starts it. `node bench/run.mjs crypto [--rounds 21] [--profile [--sm4]]`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
// Inside the package: what is measured is what its own subpaths give, built.
const bundle = join(root, '.bench/main.mjs');
const args = process.argv.slice(2);

if (runNode([join(root, 'build/build.js'), '--if-stale']) !== 0) process.exit(1);
mkdirSync(join(bundle, '..'), { recursive: true });
await build({
  entryPoints: [join(root, 'bench/main.ts')],
  outfile: bundle,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'warning',
});
process.exitCode = args.includes('--profile') ? runProfiled() : runNode([bundle, ...args]);

function runNode(nodeArgs) {
  return spawnSync(process.execPath, nodeArgs, { stdio: 'inherit' }).status ?? 1;
}

function runProfiled() {
  const dir = mkdtempSync(join(tmpdir(), 'quancun-bench-'));
  try {
    const status = runNode(['--cpu-prof', '--cpu-prof-dir', dir, bundle, ...args]);
    if (status === 0) readdirSync(dir).forEach((name) => printProfile(join(dir, name)));
    return status;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Prints the functions in which the samples fell, by share of the time that was not idle. */
function printProfile(file) {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8'));
  const names = new Map(nodes.map((node) => [node.id, nameOf(node.callFrame)]));
  const selfUs = new Map();
  samples.forEach((id, index) => {
    const name = names.get(id);
    if (!/^\((idle|program|root)\)/.test(name)) {
      selfUs.set(name, (selfUs.get(name) ?? 0) + timeDeltas[index]);
    }
  });
  const totalUs = [...selfUs.values()].reduce((sum, us) => sum + us, 0);
  const rows = [...selfUs].sort(([, a], [, b]) => b - a).slice(0, 18);
  console.log(`\nself time, ${(totalUs / 1e6).toFixed(2)} s sampled`);
  for (const [name, us] of rows) {
    console.log(`${((100 * us) / totalUs).toFixed(1).padStart(6)} %  ${name}`);
  }
  printInclusive(nodes, samples, timeDeltas, totalUs);
}

/** The same with what each function called; a function that calls itself counts once. */
function printInclusive(nodes, samples, timeDeltas, totalUs) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((one) => [one, id])),
  );
  const namesOf = new Map();
  const above = (id) => {
    if (!namesOf.has(id)) {
      const names = new Set(parents.has(id) ? above(parents.get(id)) : []);
      names.add(nameOf(byId.get(id).callFrame));
      namesOf.set(id, names);
    }
    return namesOf.get(id);
  };
  const us = new Map();
  samples.forEach((id, index) => {
    for (const name of above(id)) us.set(name, (us.get(name) ?? 0) + timeDeltas[index]);
  });
  console.log('\nwith what it calls');
  const rows = [...us].filter(([name]) => /:\d+$/.test(name)).sort(([, a], [, b]) => b - a);
  for (const [name, time] of rows.slice(0, 45)) {
    console.log(`${((100 * time) / totalUs).toFixed(1).padStart(6)} %  ${name}`);
  }
}

function nameOf({ functionName, url, lineNumber }) {
  if (url === '') return functionName;
  const place = url.replace(/^.*(node_modules|\.bench|dist)\//, '');
  return `${functionName || '(anonymous)'}  ${place}:${lineNumber + 1}`;
}
