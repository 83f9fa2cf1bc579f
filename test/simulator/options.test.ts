/** What is handed to the simulated card by a program that no compiler has looked at. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isQuancunError } from '../../src/errors.js';
import {
  createVirtualCard,
  DEFAULT_PROFILE,
  passTollGate,
  personalise,
  type PersonaliseOptions,
  restoreCard,
  saveCard,
  type TollGateOptions,
} from '../../src/simulator/index.js';

const make = (options: object) => personalise(options as PersonaliseOptions);

describe('personalise', () => {
  test.each([
    [{ kind: 'sm4' }, 'kind must be one of "3des-4x", "sm4-5x", "pass-card"'],
    [{}, 'kind is missing'],
    [{ balanceFen: 50.5 }, 'balanceFen must be a whole number'],
    [{ balanceFen: -1 }, 'balanceFen must be 0 or more'],
    [{ balanceFen: 2 ** 32 }, 'balanceFen must be 4294967295 or less'],
    [{ balanceFen: '50' }, 'balanceFen must be a whole number'],
    [{ onlineAtc: 0x10000 }, 'onlineAtc must be 65535 or less'],
    [{ offlineAtc: NaN }, 'offlineAtc must be a whole number'],
    [{ balance: 50 }, 'there is no field balance'],
    [{ pinTries: 16 }, 'pinTries must be 15 or less'],
    [{ pin: 123456 }, 'pin must be a text'],
    [{ seed: 'AB' }, 'seed must be 32 hex digits'],
    [{ profile: { proveArg: 'before' } }, 'profile.proveHalf is missing'],
    [{ profile: { ...DEFAULT_PROFILE, atcMax: 0 } }, 'profile.atcMax must be 1 or more'],
    [{ files: [{ fid: 1 }] }, 'files[0].form is missing'],
  ])('%j: %s', (options, problem) => {
    const whole = problem.startsWith('kind') ? options : { kind: '3des-4x', ...options };
    const expected = { code: 'ARGUMENT_INVALID', details: { what: 'personalise', problem } };
    expect(() => make(whole)).toThrow(expect.objectContaining(expected));
  });

  test('an option that is undefined is not given', () => {
    expect(make({ kind: 'sm4-5x', balanceFen: undefined, pin: undefined })).toEqual(
      personalise({ kind: 'sm4-5x' }),
    );
    expect(make({ kind: 'sm4-5x', pin: null }).pin).toBeNull();
  });

  test('minus zero is zero', () => {
    const card = make({ kind: '3des-4x', balanceFen: -0, onlineAtc: -0, offlineAtc: -0 });
    expect(Object.values(card.ep).map(Object.is.bind(null, 0))).toEqual([true, true, true]);
    expect(restoreCard(saveCard(card))).toEqual(card);
  });

  test('law: whatever it makes can be saved and restored', () => {
    const options = fc.record(
      {
        kind: fc.oneof(fc.constantFrom('3des-4x', 'sm4-5x', 'pass-card'), fc.string()),
        balanceFen: fc.oneof(fc.nat(), fc.double()),
        onlineAtc: fc.oneof(fc.nat(0xffff), fc.jsonValue()),
        pinTries: fc.integer({ min: -1, max: 17 }),
        holderName: fc.string(),
        seed: fc.oneof(fc.constant('ab'.repeat(16)), fc.string()),
      },
      { requiredKeys: ['kind'] },
    );
    fc.assert(
      fc.property(fc.oneof(options, fc.jsonValue()), (given) => {
        try {
          const card = make(given as object);
          expect(restoreCard(saveCard(card))).toEqual(card);
        } catch (error) {
          expect(isQuancunError(error)).toBe(true);
        }
      }),
    );
  });
});

describe('restoreCard', () => {
  const saved = JSON.parse(saveCard(personalise({ kind: 'sm4-5x' }))) as {
    keys: { use: string }[];
    df: { files: object[] };
    profile: object;
  };
  const refused = (json: object) => () => restoreCard(JSON.stringify(json));

  test.each([
    [{ ...saved, format: 'quancun-card/2' }, 'format must be "quancun-card/1"'],
    [{ ...saved, keys: [{ ...saved.keys[0], use: 'open' }] }, /keys\[0\]\.use must be one of/],
    [{ ...saved, keys: [{ ...saved.keys[0], value: 'AB' }] }, /keys\[0\]\.value must be 32 hex/],
    [{ ...saved, df: { ...saved.df, files: [{}] } }, 'df.files[0].fid is missing'],
    [{ ...saved, profile: { proveArg: 1 } }, /profile\.proveArg must be one of/],
    [{ ...saved, ep: null }, 'ep must be an object'],
    [{ ...saved, draw: 1 }, 'there is no field draw'],
  ])('%#: %s', (json, problem) => {
    expect(refused(json)).toThrow(problem);
    expect(refused(json)).toThrow(/^The saved card/);
  });

  test('a card of a version whose profile had less, and one with a byte order mark', () => {
    const older = { ...saved, profile: { proveArg: 'before' } };
    expect(restoreCard(JSON.stringify(older)).profile).toEqual({
      ...DEFAULT_PROFILE,
      proveArg: 'before',
    });
    expect(restoreCard(`\uFEFF${JSON.stringify(saved)}`)).toEqual(personalise({ kind: 'sm4-5x' }));
  });
});

test.each([
  [{ amountFen: 50.5 }, 'amountFen must be a whole number'],
  [{ amountFen: 1, terminal: '23' }, 'terminal must be 12 hex digits'],
  [{ amountFen: 1, date: '2026-01-01' }, 'date must be 8 decimal digits'],
  [{ amount: 1 }, 'amountFen is missing'],
])('passTollGate(%j): %s', async (options, problem) => {
  const card = createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 100 }));
  const sent: Uint8Array[] = [];
  const passage = passTollGate((command) => {
    sent.push(command);
    return Promise.resolve(card.exchange(command));
  }, options as TollGateOptions);
  await expect(passage).rejects.toMatchObject({ code: 'ARGUMENT_INVALID', details: { problem } });
  expect(sent).toEqual([]);
});
