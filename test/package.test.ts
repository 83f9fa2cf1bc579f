/** The package as others get it: built, packed, imported in both formats. Real processes. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CLI, ENTRIES, exportsOf, ROOT } from '../build/entries.js';

interface Manifest {
  readonly bin: Record<string, string>;
  readonly dependencies: Record<string, string>;
  readonly exports: Record<string, unknown>;
  readonly version: string;
}
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

function node(code: string, ...flags: string[]): string {
  return execFileSync(process.execPath, [...flags, '-e', code], { cwd: ROOT, encoding: 'utf8' });
}

describe('package.json', () => {
  test('exports are the list of subpaths', () => {
    const { './vectors/*.json': vectors, './package.json': self, ...subpaths } = manifest.exports;
    expect([vectors, self]).toEqual(['./vectors/*.json', './package.json']);
    expect(subpaths).toEqual(
      Object.fromEntries(ENTRIES.map((entry) => [entry.subpath, exportsOf(entry)])),
    );
  });

  test('four dependencies, none of them native', () => {
    expect(Object.keys(manifest.dependencies).sort()).toEqual([
      '@valibot/to-json-schema',
      'buffer',
      'valibot',
    ]);
    for (const name of Object.keys(manifest.dependencies)) {
      expect(existsSync(join(ROOT, 'node_modules', name, 'binding.gyp'))).toBe(false);
    }
  });

  test('the command is built, executable, and knows its version', () => {
    expect(manifest.bin.quancun).toBe(`dist/${CLI.name}.js`);
    const said = execFileSync(join(ROOT, `dist/${CLI.name}.js`), ['--version'], {
      encoding: 'utf8',
    });
    expect(said.trim()).toBe(manifest.version);
  });
});

describe('the built files', () => {
  const files = readdirSync(join(ROOT, 'dist'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.js'))
    .map((path) => readFileSync(join(ROOT, 'dist', path), 'utf8'));

  test('whatever of another package is built in has its notice', () => {
    const found = files.flatMap((text) => [
      ...text.matchAll(/^ *\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)/gm),
    ]);
    const names = new Set(found.map(([, name = '']) => name));
    const notices = readFileSync(join(ROOT, 'THIRD-PARTY-NOTICES'), 'utf8');
    expect(names.size).toBeGreaterThan(0);
    expect([...names].filter((name) => !notices.includes(`\n${name} (`))).toEqual([]);
  });

  test('the help loads the option parser and the list of commands, and nothing of them', () => {
    const seen = new Set<string>();
    const foreign = new Set<string>();
    const walk = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      const text = readFileSync(file, 'utf8');
      for (const [, path = ''] of text.matchAll(
        /^(?:import|\} from|.*\bfrom) ["']([^"']+)["'];$/gm,
      )) {
        if (path.startsWith('.')) walk(join(file, '..', path));
        else if (!path.startsWith('node:')) foreign.add(path);
      }
      for (const [, name = ''] of text.matchAll(/^ *\/\/ ((?:node_modules|src)\/[^\s(]+)/gm)) {
        foreign.add(name);
      }
    };
    walk(join(ROOT, 'dist/cli/main.js'));
    expect(
      [...foreign].filter((name) => !name.startsWith('node_modules/commander/')).sort(),
    ).toEqual(['commands', 'language', 'main', 'version'].map((name) => `src/cli/${name}.ts`));
  });

  test('no statement of the compiler keeps a whole chunk in a bundle', () => {
    const kept = files.flatMap(
      (text) => text.match(/^(__export\(.*|var \w+ = (__toESM|__commonJS)\(.*)$/gm) ?? [],
    );
    expect(kept).toEqual([]);
  });
});

describe.each(ENTRIES.map(({ subpath }) => subpath))(
  'quancun%s'.replace('%s', ' %s'),
  (subpath) => {
    const specifier = subpath.replace(/^\./, 'quancun');

    test('imports and requires the same names', () => {
      const print = 'console.log(JSON.stringify(Object.keys(m).sort()))';
      const esm = node(`import * as m from '${specifier}'; ${print}`, '--input-type=module');
      const cjs = node(`const m = require('${specifier}'); ${print}`, '--input-type=commonjs');
      expect((JSON.parse(esm) as unknown[]).length).toBeGreaterThan(0);
      expect(JSON.parse(esm)).toEqual(JSON.parse(cjs));
    });
  },
);

test('an error of the CommonJS copy is known to the ESM copy', () => {
  const said = node(
    `import { createRequire } from 'node:module';
     import { isQuancunError } from 'quancun';
     const { parseYuan } = createRequire(process.cwd() + '/x.js')('quancun');
     try { parseYuan('1e3') } catch (error) { console.log(isQuancunError(error, 'AMOUNT_INVALID')) }`,
    '--input-type=module',
  );
  expect(said.trim()).toBe('true');
});

test('the tarball has what users need, and nothing of ours', () => {
  const listed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ files } = { files: [] }] = JSON.parse(listed) as { files: { path: string }[] }[];
  const paths = files.map(({ path }) => path);
  for (const wanted of [
    ...['README.md', 'README.zh-CN.md', 'LICENSE', 'CHANGELOG.md', 'package.json'],
    'THIRD-PARTY-NOTICES',
    ...['vectors/given.json', 'vectors/schema/quancun-vectors-1.schema.json', 'vectors/README.md'],
    ...ENTRIES.flatMap(({ name }) => [`dist/${name}.js`, `dist/${name}.cjs`, `dist/${name}.d.ts`]),
  ]) {
    expect(paths).toContain(wanted);
  }
  expect(paths.filter((path) => /^(src|test|build|bench|docs|scripts|\.ci)\//.test(path))).toEqual(
    [],
  );
});
