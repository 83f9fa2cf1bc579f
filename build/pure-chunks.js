/**
 * Chunks that fall apart as their sources do. A bundler drops a whole file that nobody uses; of a
 * chunk, which is many files in one, it drops only statements that it knows to do nothing but make
 * a value. The compiler writes three kinds of statement that look as if they did more: the making
 * of a namespace, the wrapping of a CommonJS module and the import of one. Here they are marked.
 *
 * @type {NonNullable<import('tsup').Options['plugins']>}
 */
export const pureChunks = [
  {
    name: 'pure-chunks',
    renderChunk(code, { map }) {
      // No line moves, so a source map stays true.
      return map === undefined ? { code: markPure(code) } : { code: markPure(code), map };
    },
  },
];

/** @param {string} code @returns {string} */
export function markPure(code) {
  return (
    code
      // `var a = {}; __export(a, …)` changes what it was given; the marked form makes it.
      .replace(/(var __export = \(target, all\) => \{\n(?: {2}.*\n)+)\};/, '$1  return target; };')
      .replace(/^var (\w+) = \{\};\n__export\(\1, /gm, '\nvar $1 = /* @__PURE__ */ __export({}, ')
      .replace(/^var (\w+) = __commonJS\(/gm, 'var $1 = /* @__PURE__ */ __commonJS(')
      .replace(
        /^var (\w+) = __toESM\((require_\w+\()/gm,
        'var $1 = /* @__PURE__ */ __toESM(/* @__PURE__ */ $2',
      )
  );
}
