/** The vector files of the package: they pass, they have the form, and they are what made them. */
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parseVectorFile, runVectors, type VectorFile } from '../../src/testing/index.js';
import { generate } from '../../vectors/generate/main.mjs';

const folder = new URL('../../vectors/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

describe.each(names)('%s', (name) => {
  test('every test passes', () => {
    const report = runVectors(parseVectorFile(read(name)));
    expect(report.results.filter(({ passed }) => !passed)).toEqual([]);
    expect(report.passed).toBeGreaterThan(0);
  });

  test('has the form of the schema', () => {
    const validate = new Ajv2020({ strict: false }).compile(
      JSON.parse(read('schema/quancun-vectors-1.schema.json')) as object,
    );
    validate(JSON.parse(read(name)));
    expect(validate.errors ?? []).toEqual([]);
  });

  test('a flag of every test has a note', () => {
    const { groups, notes = {} } = parseVectorFile(read(name));
    const flags = groups.flatMap(({ tests }) =>
      tests.flatMap((one) => (one.flags ?? []) as string[]),
    );
    for (const flag of new Set(flags)) expect(notes[flag], flag).toMatch(/\S/);
  });
});

describe('the cryptogram files', () => {
  const files = Object.entries(generate() as Record<string, VectorFile>);

  test.each(files)('%s is what the generator writes', (name, file) => {
    expect(JSON.parse(read(name))).toEqual(JSON.parse(JSON.stringify(file)));
  });

  test('at least 300 tests, three quarters of them wrong on purpose, each with a flag', () => {
    const tests = files.flatMap(([, { groups }]) => groups.flatMap((group) => group.tests));
    const invalid = tests.filter(({ result }) => result === 'invalid');
    expect(tests.length).toBeGreaterThanOrEqual(300);
    expect(invalid.length / tests.length).toBeGreaterThanOrEqual(0.75);
    for (const one of tests) expect(one.flags).not.toHaveLength(0);
  });

  test('a wrong claim is found: every valid test turned invalid fails, and the other way round', () => {
    for (const [, file] of files) {
      const turned = structuredClone(file) as unknown as {
        groups: { tests: { result: string }[] }[];
      };
      for (const { tests } of turned.groups) {
        for (const one of tests) one.result = one.result === 'valid' ? 'invalid' : 'valid';
      }
      expect(runVectors(parseVectorFile(JSON.stringify(turned))).passed).toBe(0);
    }
  });
});
