/**
 * Makes a room's mutants and bundles its tests over them: every mutant is in the code, behind a
 * switch, so that one process can try them all.
 */
import { existsSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import { build } from 'esbuild';
import { ROOT } from '../entries.js';

const QUIET = { debug() {}, info() {}, isDebugEnabled: () => false };

/**
 * What an error tells a person besides its code is text, as texts are: the last argument of
 * `endVisit`, the second of an error, the `details` of anything.
 */
const DETAILS = {
  /** @param {any} path */
  shouldIgnore({ node, parent }) {
    const isTold =
      (parent?.type === 'CallExpression' &&
        parent.callee.name === 'endVisit' &&
        parent.arguments[3] === node) ||
      (parent?.type === 'NewExpression' &&
        parent.callee.name === 'QuancunError' &&
        parent.arguments[1] === node) ||
      ((parent?.type === 'ObjectProperty' || parent?.type === 'VariableDeclarator') &&
        (parent.key ?? parent.id)?.name === 'details');
    return isTold ? 'details of an error' : undefined;
  },
};

/**
 * @param {readonly string[]} files
 * @returns {Promise<{ mutants: Mutant[]; sources: Map<string, string> }>}
 * @typedef {{
 *   id: string; fileName: string; replacement: string; location: any; status?: string
 * }} Mutant
 */
export async function mutate(files) {
  const instrumenter = new Instrumenter(/** @type {any} */ (QUIET));
  const made = await instrumenter.instrument(
    files.map((file) => {
      const name = join(ROOT, file);
      return { name, mutate: true, content: readFileSync(name, 'utf8') };
    }),
    { plugins: null, excludedMutations: ['StringLiteral'], ignorers: [DETAILS] },
  );
  return {
    mutants: made.mutants.filter((/** @type {Mutant} */ one) => one.status === undefined),
    sources: new Map(made.files.map((/** @type {any} */ one) => [one.name, one.content])),
  };
}

/**
 * Bundles test files over mutated sources; answers a folder and the bundles' paths.
 * @param {readonly string[]} tests
 * @param {ReadonlyMap<string, string>} sources
 */
export async function bundle(tests, sources) {
  // In memory where there is such a place: the tests of files flush all the time.
  const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const folder = mkdtempSync(join(base, 'quancun-mutate-'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  await build({
    entryPoints: tests.map((test) => join(ROOT, test)),
    outdir: folder,
    outbase: ROOT,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: 'inline',
    plugins: [
      {
        name: 'mutants',
        setup(builder) {
          const path = join(ROOT, 'build/mutate/vitest-stand-in.js');
          builder.onResolve({ filter: /^vitest$/ }, () => ({ path, external: true }));
          builder.onLoad({ filter: /\.ts$/ }, ({ path: file }) => {
            if (relative(ROOT, file).startsWith('node_modules')) return undefined;
            const text = sources.get(file) ?? readFileSync(file, 'utf8');
            const own = JSON.stringify(pathToFileURL(file).href);
            return { contents: text.replaceAll('import.meta.url', own), loader: 'ts' };
          });
        },
      },
    ],
  });
  const bundles = tests.map((test) => join(folder, test.replace(/\.ts$/, '.mjs')));
  return { folder, bundles };
}
