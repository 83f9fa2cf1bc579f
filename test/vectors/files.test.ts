import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseVectorFile, runVectors } from '../../src/testing/index.js';

const folder = new URL('../../vectors/', import.meta.url);
const names = readdirSync(folder).filter(
  (name) => name.endsWith('.json') && name !== 'schema.json',
);

describe('runVectors', () => {
  test.each(names)('%s passes', (name) => {
    const report = runVectors(parseVectorFile(readFileSync(new URL(name, folder), 'utf8')));
    expect(report.results.filter(({ passed }) => !passed)).toEqual([]);
    expect(report.passed).toBeGreaterThan(0);
  });
});
