/** A release that follows this one, made of its source: with one more migration. */
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { CLI, ROOT } from '../../build/entries.js';
import { MIGRATIONS, OLDEST_READER } from '../../src/server/ledger/sql/schema.js';

/** What it changes. */
export interface NextRelease {
  readonly statements: readonly string[];
  /** The oldest reader it admits; without it, the one that this release admits. */
  readonly oldestReader?: number;
}

/** The migration that it brings. */
export const NEXT_MIGRATION = MIGRATIONS.length + 1;

/** Builds its program, and answers where it is. */
export async function buildNextRelease(release: NextRelease): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'quancun-next-'));
  // What is not bundled is looked for above the program.
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const outdir = join(folder, 'dist');
  mkdirSync(outdir);
  await build({
    ...{ absWorkingDir: ROOT, entryPoints: { main: CLI.source }, outdir },
    ...{ bundle: true, format: 'esm', platform: 'node', target: 'node20', splitting: true },
    ...{ outExtension: { '.js': '.mjs' }, logLevel: 'silent' },
    external: ['node-sqlite3-wasm', 'pg', 'hono', '@hono/node-server', 'smartcard'],
    plugins: [patchSchema(release)],
    // commander is CommonJS and requires Node's modules.
    banner: {
      js: "import { createRequire as requireFor } from 'node:module';\nconst require = requireFor(import.meta.url);",
    },
  });
  return join(outdir, 'main.mjs');
}

function patchSchema({ statements, oldestReader = OLDEST_READER }: NextRelease): Plugin {
  return {
    name: 'next-schema',
    setup: (bundler) => {
      bundler.onLoad({ filter: /ledger[/\\]sql[/\\]schema\.ts$/ }, ({ path }) => {
        const source = readFileSync(path, 'utf8');
        const longer = replaced(
          source,
          /(export const MIGRATIONS[^=]*= \[[\s\S]*?\n)\];/,
          `$1  ${JSON.stringify(statements)},\n];`,
        );
        const contents = replaced(
          longer,
          /export const OLDEST_READER = \d+;/,
          `export const OLDEST_READER = ${String(oldestReader)};`,
        );
        return { contents, loader: 'ts' };
      });
    },
  };
}

/** A release that was not changed would show nothing. */
function replaced(source: string, pattern: RegExp, by: string): string {
  if (!pattern.test(source)) throw new Error(`nothing fits ${String(pattern)}`);
  return source.replace(pattern, by);
}
