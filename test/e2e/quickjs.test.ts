/**
 * The card side in QuickJS: an engine that is no browser's and no Node's, as IoT terminals and some
 * mini-program hosts have it, with nothing around it at all.
 */
import variant from '@jitl/quickjs-wasmfile-release-sync';
import { newQuickJSWASMModuleFromVariant, type QuickJSContext } from 'quickjs-emscripten-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  bundle,
  CARD_SIDE,
  OLD_BUNDLER,
  PHONES,
  RIG,
  TABLE,
  told,
  VISIT,
} from '../support/bare-bundles.js';

describe('the card side in QuickJS', () => {
  let context: QuickJSContext;
  const run = (script: string): unknown => {
    const result = context.unwrapResult(context.evalCode(script));
    return result.consume((handle) => context.dump(handle) as unknown);
  };
  beforeAll(async () => {
    context = (await newQuickJSWASMModuleFromVariant(variant)).newContext();
    const asBuilt = { define: { window: 'undefined', self: 'undefined' } };
    run(await bundle(CARD_SIDE, 'app', OLD_BUNDLER));
    run(await bundle(TABLE, 'table', OLD_BUNDLER));
    run(await bundle(RIG, 'rig', { ...OLD_BUNDLER, ...asBuilt }));
  });
  afterAll(() => {
    context.dispose();
  });

  test('it has no window, self, Buffer, process, TextDecoder or timers', () => {
    const names = ['window', 'self', 'Buffer', 'process', 'TextDecoder', 'setTimeout', 'crypto'];
    expect(names.filter((name) => run(`typeof ${name}`) !== 'undefined')).toEqual([]);
  });

  test.each(PHONES)('recharges, and finishes a recharge torn at CREDIT: %s', (phone) => {
    for (const faulty of [false, true]) {
      run(`
        var answer = 'pending';
        (${VISIT})(${JSON.stringify(phone)}, ${String(faulty)}).then(
          (said) => { answer = said; },
          (error) => { answer = JSON.stringify(String(error)); },
        );
        'started';
      `);
      context.runtime.executePendingJobs().dispose();
      expect(JSON.parse(String(run('answer')))).toEqual(told(faulty));
    }
  });
});
