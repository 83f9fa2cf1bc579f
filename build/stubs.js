/**
 * A folder for each subpath, for whoever does not read `exports`: TypeScript's `node10`, webpack 4,
 * Browserify, Metro before 0.82. Each holds a package.json that leads into dist. They are made when
 * the package is packed: in the checkout they would lie beside its own folders.
 */
import { ENTRIES } from './entries.js';

/**
 * File by file, the text of each.
 * @returns {Readonly<Record<string, string>>}
 */
export function stubs() {
  const named = ENTRIES.filter(({ subpath }) => subpath !== '.');
  return Object.fromEntries(
    named.map(({ name }) => [`${name}/package.json`, `${JSON.stringify(stubOf(name), null, 2)}\n`]),
  );
}

/** @param {string} name */
function stubOf(name) {
  const dist = `${'../'.repeat(name.split('/').length)}dist/${name}`;
  return {
    main: `${dist}.cjs`,
    module: `${dist}.js`,
    // Metro reads this before `main`, and an old one knows no file that ends in .cjs.
    'react-native': `${dist}.js`,
    types: `${dist}.d.cts`,
    sideEffects: false,
  };
}
