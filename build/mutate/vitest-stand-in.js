/**
 * The few words of vitest that the rooms' tests use, so that one process can run them again and
 * again, once for each mutant, without loading anything anew.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import * as chai from 'chai';
import * as jest from '@vitest/expect';

/**
 * @typedef {{
 *   parent?: Suite;
 *   before: Hook[]; after: Hook[]; beforeEach: Hook[]; afterEach: Hook[];
 * }} Suite
 * @typedef {() => unknown} Hook
 * @typedef {{ name: string; body: (...args: any[]) => unknown; suite: Suite }} Test
 */

/** @type {Test[]} */
export const tests = [];
/** @type {Suite} */
let current = newSuite();

/** @param {Suite} [parent] @returns {Suite} */
function newSuite(parent) {
  const hooks = { before: [], after: [], beforeEach: [], afterEach: [] };
  return parent === undefined ? hooks : { parent, ...hooks };
}

/** What follows belongs to another file: hooks outside any `describe` are its own. */
export function beginFile() {
  current = newSuite();
}

/** @param {string} name @param {any} first @param {any} [second] */
export const test = (name, first, second) => {
  const body = typeof first === 'function' ? first : second;
  tests.push({ name, body: () => body({}), suite: current });
};
/** @param {readonly any[]} cases */
test.each =
  (cases) => (/** @type {string} */ name, /** @type {any} */ first, /** @type {any} */ second) => {
    const body = typeof first === 'function' ? first : second;
    for (const one of cases) {
      const args = Array.isArray(one) ? one : [one];
      tests.push({ name: `${name} ${String(args[0])}`, body: () => body(...args), suite: current });
    }
  };
export const it = test;

/** @param {string} _name @param {any} first @param {any} [second] */
export const describe = (_name, first, second) => {
  const outer = current;
  current = newSuite(outer);
  (typeof first === 'function' ? first : second)();
  current = outer;
};
/** @param {readonly any[]} cases */
describe.each = (cases) => (/** @type {string} */ name, /** @type {any} */ body) => {
  for (const one of cases) {
    describe(name, () => body(...(Array.isArray(one) ? one : [one])));
  }
};
describe.skipIf = (/** @type {boolean} */ isSkipped) => (isSkipped ? () => undefined : describe);
test.skipIf = (/** @type {boolean} */ isSkipped) => (isSkipped ? () => undefined : test);

export const beforeAll = (/** @type {Hook} */ hook) => void current.before.push(hook);
export const afterAll = (/** @type {Hook} */ hook) => void current.after.unshift(hook);
export const beforeEach = (/** @type {Hook} */ hook) => void current.beforeEach.push(hook);
export const afterEach = (/** @type {Hook} */ hook) => void current.afterEach.unshift(hook);

chai.use(jest.JestExtend);
chai.use(jest.JestChaiExpect);
chai.use(jest.JestAsymmetricMatchers);
/** @type {any} */
export const expect = (/** @type {unknown} */ value, /** @type {string} */ message) =>
  chai.expect(value, message);
Object.assign(
  expect,
  chai.expect,
  /** @type {any} */ (globalThis)[jest.ASYMMETRIC_MATCHERS_OBJECT],
);
/** @type {any} */ (globalThis)[jest.GLOBAL_EXPECT] = expect;
jest.setState({ assertionCalls: 0, isExpectingAssertions: false }, expect);
expect.extend = (/** @type {any} */ matchers) =>
  /** @type {any} */ (chai.expect).extend(expect, matchers);
/** Asks until the answer is as expected: a plain `toBe` or `toEqual` within two seconds. */
expect.poll = (/** @type {() => unknown} */ read) =>
  new Proxy(
    {},
    {
      get:
        (_target, matcher) =>
        async (/** @type {unknown[]} */ ...args) => {
          for (let left = 100; ; left -= 1) {
            try {
              return expect(await read())[matcher](...args);
            } catch (error) {
              if (left === 0) throw error;
              await sleep(20);
            }
          }
        },
    },
  );
