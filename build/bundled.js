/** The packages of which parts are built into dist: read out of dist itself. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './entries.js';

/**
 * Their names, sorted.
 * @returns {readonly string[]}
 */
export function bundledPackages() {
  const dist = join(ROOT, 'dist');
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' });
  const names = files
    .filter((file) => /\.c?js$/.test(file))
    .flatMap((file) => [
      ...readFileSync(join(dist, file), 'utf8').matchAll(
        /^ *\/\/ node_modules\/((?:@[^/]+\/)?[^/\s]+)/gm,
      ),
    ])
    .map(([, name = '']) => name);
  return [...new Set(names)].sort();
}
