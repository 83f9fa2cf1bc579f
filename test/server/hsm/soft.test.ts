/** The software HSM keeps the rules that every HSM must keep, and shows no key to a debugger. */
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { softHsm } from '../../../src/server/index.js';
import { HSM_TEST_KEYS, testHsm } from '../../../src/testing/index.js';

const open = (keys = HSM_TEST_KEYS) => softHsm({ allowSoftwareKeys: 'test', keys });

describe('softHsm', () => {
  for (const { name, run } of testHsm((keys) => Promise.resolve(open(keys)))) {
    test(name, run);
  }

  test('a debugger shows no key', () => {
    const shown = inspect(open(), { depth: 20, showHidden: true }).toUpperCase();
    for (const { loadKey, tacKey } of HSM_TEST_KEYS) {
      expect([shown.includes(loadKey), shown.includes(tacKey)]).toEqual([false, false]);
    }
  });

  test('does not start unless it is told that it is one', () => {
    const options = { keys: HSM_TEST_KEYS } as never;
    expect(() => softHsm(options)).toThrow(
      expect.objectContaining({ code: 'SOFTWARE_KEYS_REFUSED' }),
    );
  });
});
