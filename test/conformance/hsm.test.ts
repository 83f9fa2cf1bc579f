/** The suite of an HSM: its answers are OpenSSL's, and every case catches an HSM that breaks it. */
import { describe, expect, test } from 'vitest';
import { QuancunError } from '../../src/errors.js';
import { type Hsm, softHsm, type SoftKeySet } from '../../src/server/index.js';
import { testHsm } from '../../src/testing/index.js';
import { HSM_ANSWERS, HSM_TEST_KEYS } from '../../src/conformance/hsm-answers.js';
import published from '../../vectors/load-cryptograms.json' with { type: 'json' };
import { oracleDiversify, oracleEcb, oracleMac } from '../support/crypto-oracle.js';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const hex4 = (block: Uint8Array): string =>
  Buffer.from(block.slice(0, 4)).toString('hex').toUpperCase();
const uint = (value: number, size: number): string => value.toString(16).padStart(2 * size, '0');

describe('the known answers', () => {
  test.each(HSM_ANSWERS)('$keys.cipher $keys.hierarchy: as OpenSSL computes them', (answer) => {
    const { keys, mac1, mac2, mac2Answer, tac, checkValues } = answer;
    const { cipher } = keys;
    const issuer = bytes(mac1.issuerFactor + mac1.issuerFactor);
    const card = bytes(mac1.cardNumber);
    const path = { national: [issuer, card], provincial: [card], card: [] }[keys.hierarchy];
    const derive = (root: string): Uint8Array =>
      path.reduce((key, factor) => oracleDiversify(cipher, key, factor), bytes(root));
    const in8 = bytes(`${mac1.random}${uint(mac1.onlineAtc, 2)}8000`);
    const block = cipher === 'sm4' ? [...in8, ...in8.map((byte) => 0xff - byte)] : [...in8];
    const session = oracleEcb(cipher, derive(keys.loadKey), Uint8Array.from(block));
    const tacKey = derive(keys.tacKey);
    const folded = tacKey.slice(0, 8).map((byte, at) => byte ^ (tacKey[at + 8] ?? 0));
    const middle = `${uint(mac1.amountFen, 4)}02${mac1.terminal}`;
    const when = mac2.date + mac2.time;
    const code = (key: Uint8Array, message: string): string =>
      hex4(oracleMac(cipher, key, bytes(message)));
    expect(code(session, uint(mac1.rawBalance, 4) + middle)).toBe(mac1.mac1);
    expect(code(session, middle + when)).toBe(mac2Answer);
    const before = uint(tac.rawBalanceAfter, 4) + uint(tac.onlineAtc, 2);
    expect(code(cipher === 'sm4' ? tacKey : folded, before + middle + when)).toBe(tac.tac);
    const zero = new Uint8Array(cipher === 'sm4' ? 16 : 8);
    const checkValue = (root: string): string => hex4(oracleEcb(cipher, bytes(root), zero));
    expect(checkValue(keys.loadKey).slice(0, 6)).toBe(checkValues.load);
    expect(checkValue(keys.tacKey).slice(0, 6)).toBe(checkValues.tac);
  });

  test.each(['3des', 'sm4'])('%s, the card’s own keys: the published vector', (cipher) => {
    const first = published.groups.find((group) => group.cipher === cipher)?.tests[0];
    const answer = HSM_ANSWERS.find(
      ({ keys }) => keys.cipher === cipher && keys.hierarchy === 'card',
    );
    const { keys, mac1, mac2Answer, tac } = answer ?? {};
    expect(first).toMatchObject({
      ...{ key: keys?.loadKey, tacKey: keys?.tacKey, random: mac1?.random },
      ...{ mac1: mac1?.mac1, mac2: mac2Answer, tac: tac?.tac, balanceFen: mac1?.rawBalance },
    });
  });
});

const soft = (keys: readonly SoftKeySet[]): Hsm => softHsm({ allowSoftwareKeys: 'test', keys });
const as = (hierarchy: SoftKeySet['hierarchy']) => (keys: readonly SoftKeySet[]) =>
  soft(keys.map((set) => ({ ...set, hierarchy })));

/** What a broken HSM does, and a case that must catch it. */
const BROKEN: readonly (readonly [what: string, caught: string, make: (hsm: Hsm) => Hsm])[] = [
  [
    'says yes to every MAC1',
    'a code with one wrong bit is wrong',
    (hsm) => ({ ...hsm, verifyMac1: () => Promise.resolve(true) }),
  ],
  [
    'compares three bytes of a TAC',
    'a code with one wrong bit is wrong',
    (hsm) => ({
      ...hsm,
      verifyTac: async (query) => {
        for (let last = 0; last < 256; last += 1) {
          const tac = query.tac.slice(0, 6) + uint(last, 1);
          if (await hsm.verifyTac({ ...query, tac })) return true;
        }
        return false;
      },
    }),
  ],
  [
    'leaves the terminal out of MAC2',
    'every input is covered by its code',
    (hsm) => ({
      ...hsm,
      computeMac2: (query) => {
        const fixed = HSM_ANSWERS.find(({ mac2 }) => mac2.keyIndex === query.keyIndex);
        return hsm.computeMac2({ ...query, terminal: fixed?.mac2.terminal ?? query.terminal });
      },
    }),
  ],
  [
    'takes a MAC2 for a MAC1',
    'one key does not answer for the other',
    (hsm) => ({
      ...hsm,
      verifyMac1: async (query) =>
        (await hsm.verifyMac1(query)) ||
        query.mac1 === (await hsm.computeMac2({ ...query, date: '20240229', time: '000000' })),
    }),
  ],
  [
    'compares as many bytes as it is given',
    'a code of another form is not right, and nothing is told of the right one',
    (hsm) => ({ ...hsm, verifyTac: async (query) => query.tac === '' || hsm.verifyTac(query) }),
  ],
  [
    'tells the right code when a wrong one is long',
    'a code of another form is not right, and nothing is told of the right one',
    (hsm) => ({
      ...hsm,
      verifyMac1: (query) => {
        const right = HSM_ANSWERS.find(({ mac1 }) => mac1.keyIndex === query.keyIndex)?.mac1.mac1;
        if (query.mac1.length === 8) return hsm.verifyMac1(query);
        return Promise.reject(new Error(`expected ${String(right)}`));
      },
    }),
  ],
  [
    'answers for an unknown index with another key',
    'a key index that is not there has a code',
    (hsm) => ({
      ...hsm,
      computeMac2: (query) => hsm.computeMac2({ ...query, keyIndex: Math.min(query.keyIndex, 1) }),
    }),
  ],
  [
    'shows the check value of another key',
    'keys are described by their check values',
    (hsm) => ({
      ...hsm,
      describeKeys: async () =>
        (await hsm.describeKeys()).map((key) => ({ ...key, checkValue: '000000' })),
    }),
  ],
  [
    'keeps its keys in a property',
    'no key outside: not in descriptions, errors, properties or JSON',
    (hsm) => Object.assign({ ...hsm }, { roots: [bytes(HSM_TEST_KEYS[0]?.loadKey ?? '')] }),
  ],
  [
    'quotes half a key in an error',
    'no key outside: not in descriptions, errors, properties or JSON',
    (hsm) => ({
      ...hsm,
      verifyTac: (query) =>
        hsm.verifyTac(query).catch(() => {
          const what = `no key beside ${HSM_TEST_KEYS[0]?.tacKey.slice(16).toLowerCase() ?? ''}`;
          throw new QuancunError('INTERNAL', { details: { what } });
        }),
    }),
  ],
  [
    'remembers the last card',
    'an answer depends on nothing but its question',
    (hsm) => {
      let last: string | undefined;
      return {
        ...hsm,
        computeMac2: (query) => {
          const cardNumber = last ?? query.cardNumber;
          last = query.cardNumber;
          return hsm.computeMac2({ ...query, cardNumber });
        },
      };
    },
  ],
  [
    'has one register for all questions',
    'questions at the same moment have their own answers',
    (hsm) => {
      let register: Parameters<Hsm['computeMac2']>[0];
      return {
        ...hsm,
        computeMac2: async (query) => {
          register = query;
          await Promise.resolve();
          return hsm.computeMac2(register);
        },
      };
    },
  ],
];

describe('testHsm', () => {
  const failures = async (make: (keys: readonly SoftKeySet[]) => Hsm): Promise<string[]> => {
    const failed: string[] = [];
    for (const { name, run } of testHsm((keys) => Promise.resolve(make(keys)))) {
      await run().catch(() => failed.push(name));
    }
    return failed;
  };

  test.each(BROKEN)('an HSM that %s is caught', async (_what, caught, make) => {
    expect(await failures((keys) => make(soft(keys)))).toContain(caught);
  });

  test.each(['national', 'provincial', 'card'] as const)(
    'an HSM that knows the %s hierarchy alone is caught by the answers of the others',
    async (hierarchy) => {
      const failed = await failures(as(hierarchy));
      const others = HSM_ANSWERS.filter(({ keys }) => keys.hierarchy !== hierarchy);
      const names = others.map(({ keys }) => `known answers: ${keys.cipher}, ${keys.hierarchy}`);
      expect(failed).toEqual(expect.arrayContaining(names));
    },
  );

  test('every case is broken by one of these', async () => {
    const all = testHsm((keys) => Promise.resolve(soft(keys))).map(({ name }) => name);
    const caught = new Set<string>(BROKEN.map(([, name]) => name));
    expect(all.filter((name) => !caught.has(name) && !name.startsWith('known'))).toEqual([]);
    const blind = await failures((keys) => ({
      ...soft(keys),
      computeMac2: () => Promise.resolve('00000000'),
    }));
    expect(blind).toEqual(expect.arrayContaining(all.filter((name) => name.startsWith('known'))));
  });
});
