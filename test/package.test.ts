/** The package as others get it: built, packed, imported in both formats. Real processes. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundledPackages } from '../build/bundled.js';
import { CLI, ENTRIES, exportsOf, ROOT } from '../build/entries.js';
import { linksOf } from '../build/links.js';
import { notices, NOTICES } from '../build/notices.js';
import { MOST_BYTES, pack } from '../build/pack.js';
import { emptyFolder, tarballOfRun } from './support/installed.js';

interface Manifest {
  readonly bin: Record<string, string>;
  readonly dependencies: Record<string, string>;
  readonly exports: Record<string, unknown>;
  readonly version: string;
}
interface SourceMap {
  readonly sources: readonly string[];
}
interface Sbom {
  readonly components: readonly {
    readonly name: string;
    readonly licenses: readonly object[];
    readonly hashes: readonly object[];
    readonly properties: readonly { readonly value: string }[];
  }[];
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

  test('three dependencies, none of them native', () => {
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

  test('whatever of another package is built in has its notice, in its own words', () => {
    expect(bundledPackages().length).toBeGreaterThan(0);
    expect(readFileSync(NOTICES, 'utf8')).toBe(notices());
  });

  test('source maps name the files of the sources, and do not repeat them', () => {
    const text = readFileSync(join(ROOT, 'dist/money.js'), 'utf8');
    expect(text).toMatch(/\n\/\/# sourceMappingURL=money\.js\.map\n?$/);
    const [chunk = ''] = /chunk-\w+\.js/.exec(text) ?? [];
    const map = JSON.parse(readFileSync(join(ROOT, `dist/${chunk}.map`), 'utf8')) as SourceMap;
    expect(map.sources.length).toBeGreaterThan(0);
    const missing = map.sources.filter((source) => !existsSync(join(ROOT, 'dist', source)));
    expect(missing).toEqual([]);
    expect(Object.keys(map)).not.toContain('sourcesContent');
  });

  test('Chinese stays Chinese', () => {
    const escaped = files.flatMap((text) => text.match(/.*\\u[4-9][0-9a-f]{3}\\u[4-9].*/g) ?? []);
    expect(escaped).toEqual([]);
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

describe('the tarball', () => {
  const folder = join(emptyFolder(), 'package');
  beforeAll(() => {
    mkdirSync(folder);
    execFileSync('tar', ['-xzf', tarballOfRun(), '--strip-components=1', '-C', folder]);
  });
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');

  test('has what users need, and nothing of ours', () => {
    const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    for (const wanted of [
      ...['README.md', 'README.zh-CN.md', 'LICENSE', 'CHANGELOG.md', 'package.json'],
      ...['THIRD-PARTY-NOTICES', 'sbom.cdx.json', 'vectors/README.md', 'vectors/given.json'],
      'vectors/schema/quancun-vectors-1.schema.json',
      ...ENTRIES.flatMap(({ name }) => ['js', 'cjs', 'd.ts'].map((end) => `dist/${name}.${end}`)),
    ]) {
      expect(paths).toContain(wanted);
    }
    expect(paths.filter((path) => /^(src|test|build|bench|scripts|\.ci)\//.test(path))).toEqual([]);
    expect(paths.filter((path) => path.startsWith('vectors/generate'))).toEqual([]);
    expect(statSync(tarballOfRun()).size).toBeLessThanOrEqual(MOST_BYTES);
  });

  test('has a manifest without what only the checkout needs, and no address that leads nowhere', () => {
    const packed = JSON.parse(read('package.json')) as Record<string, unknown>;
    expect(Object.keys(packed)).not.toEqual(expect.arrayContaining(['scripts']));
    expect(Object.keys(packed)).not.toEqual(expect.arrayContaining(['devDependencies']));
    expect(JSON.stringify(packed)).not.toMatch(/\.invalid/);
    expect(packed.publishConfig).toEqual({ access: 'public', provenance: true });
  });

  test('lists what is in it: what is installed along, and what is built in', () => {
    const bom = JSON.parse(read('sbom.cdx.json')) as Sbom;
    expect(bom).toMatchObject({
      bomFormat: 'CycloneDX',
      metadata: { component: { name: 'quancun' } },
    });
    const delivered = (how: string): string[] =>
      bom.components
        .filter(({ properties }) => properties[0]?.value === how)
        .map(({ name }) => name)
        .sort();
    expect(delivered('built in')).toEqual(bundledPackages());
    expect(delivered('installed')).toEqual(
      [...Object.keys(manifest.dependencies), 'base64-js', 'ieee754'].sort(),
    );
    expect(
      bom.components.every(({ licenses, hashes }) => licenses.length > 0 && hashes.length > 0),
    ).toBe(true);
  });

  test('is the same bytes when it is packed again', () => {
    const again = pack(emptyFolder());
    expect(readFileSync(again).equals(readFileSync(tarballOfRun()))).toBe(true);
  });
});

test('every address comes from one', () => {
  expect(linksOf('https://owner.invalid/quancun')).toEqual({});
  expect(linksOf('https://code.example/someone/quancun')).toEqual({
    homepage: 'https://code.example/someone/quancun',
    repository: { type: 'git', url: 'git+https://code.example/someone/quancun.git' },
    bugs: { url: 'https://code.example/someone/quancun/issues' },
  });
  expect(Object.keys(manifest)).not.toContain('repository');
  expect(Object.keys(manifest)).not.toContain('bugs');
});
