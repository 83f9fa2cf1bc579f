/**
 * Every subpath, found by whoever does not read `exports`, and typed by the oldest TypeScript that
 * is promised: on the unpacked tarball, in a project with no leniency towards declarations.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import enhancedResolve from 'enhanced-resolve';
import resolve from 'resolve';
import { beforeAll, describe, expect, test } from 'vitest';
import { ENTRIES, ROOT } from '../../build/entries.js';
import { emptyFolder, install } from '../support/installed.js';

const specifiers = ENTRIES.map(({ subpath, name, host }) => ({
  specifier: subpath.replace(/^\./, 'quancun'),
  ...{ name, host },
}));

let folder = '';
beforeAll(() => {
  folder = emptyFolder();
  // The optional package that one subpath imports, and the types of Node.
  install(folder, ['hono', '@types/node']);
});
const distFile = (file: string): string => join(folder, 'node_modules/quancun/dist', file);

describe('found without `exports`', () => {
  const webpack4 = enhancedResolve.create.sync({
    exportsFields: [],
    mainFields: ['browser', 'module', 'main'],
    extensions: ['.wasm', '.mjs', '.js', '.json'],
  });

  test.each(specifiers)('$specifier', ({ specifier, name }) => {
    expect(webpack4(folder, specifier)).toBe(distFile(`${name}.js`));
    // Browserify, Jest before 28, the developer tools of mini programs.
    expect(resolve.sync(specifier, { basedir: folder })).toBe(distFile(`${name}.cjs`));
    // Metro before 0.82 prefers its own field, and knows no file that ends in .cjs.
    const metro = resolve.sync(specifier, {
      basedir: folder,
      extensions: ['.js', '.json'],
      packageFilter: (manifest) => ({ ...manifest, main: manifest['react-native'] ?? '' }),
    });
    expect(metro).toBe(distFile(`${name}.js`));
  });

  test('and what is found there loads', () => {
    const load = createRequire(join(folder, 'consumer.cjs'));
    const found = specifiers.map(
      ({ specifier }) => load(resolve.sync(specifier, { basedir: folder })) as object,
    );
    expect(found.every((one) => Object.keys(one).length > 0)).toBe(true);
  });
});

/** Where `.ci/run` puts the oldest TypeScript that hosts.md promises. */
const FLOOR = join(ROOT, 'node_modules/.cache/nodes/node_modules/typescript-floor/lib/tsc.js');
const hasFloor = existsSync(FLOOR);
if (!hasFloor) console.warn(`no TypeScript at ${FLOOR}`);

test.runIf(process.env.CI === 'true')('the oldest TypeScript is installed', () => {
  expect(hasFloor).toBe(true);
});

interface Project {
  readonly name: string;
  readonly tsc: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Subpaths that it imports: without the types of Node, those for any host. */
  readonly of: (host: string) => boolean;
}

const floor: readonly Project[] = [
  {
    name: 'a Node project of the old resolution',
    tsc: FLOOR,
    options: { module: 'commonjs', moduleResolution: 'node10', types: ['node'] },
    of: () => true,
  },
  {
    name: 'an app of a bundler, without the types of Node',
    tsc: FLOOR,
    options: { module: 'esnext', moduleResolution: 'bundler', types: [] },
    of: (host) => host === 'any',
  },
];
const projects: readonly Project[] = [
  ...(hasFloor ? floor : []),
  {
    name: 'a Node project of today',
    tsc: join(ROOT, 'node_modules/typescript/lib/tsc.js'),
    options: { module: 'node16', moduleResolution: 'node16', types: ['node'] },
    of: () => true,
  },
];

describe('typed, with declarations that are checked', () => {
  test.each(projects)('$name', ({ name, tsc, options, of }) => {
    const project = join(folder, name.replace(/\W/g, '-'));
    mkdirSync(project, { recursive: true });
    const compilerOptions = {
      ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true },
      ...{ target: 'es2022', lib: ['es2022', 'dom'], ...options },
    };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
    const imports = specifiers
      .filter(({ host }) => of(host))
      .map(
        ({ specifier }, at) =>
          `import * as m${String(at)} from '${specifier}';\nvoid m${String(at)};`,
      );
    const use = `import { parseYuan } from 'quancun/money';
      export const amount: number = parseYuan('100');
      // @ts-expect-error It takes a text.
      parseYuan(100);`;
    writeFileSync(join(project, 'consumer.ts'), [...imports, use].join('\n'));
    expect(compile(tsc, project)).toBe('');
  });
});

/** What the compiler says; nothing, where all is well. */
function compile(tsc: string, project: string): string {
  try {
    return execFileSync(process.execPath, [tsc, '-p', project], { encoding: 'utf8' });
  } catch (error) {
    return (error as { readonly stdout: string }).stdout;
  }
}
