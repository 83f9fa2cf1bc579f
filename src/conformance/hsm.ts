/**
 * The conformance suite of an HSM: the right answers, a plain no to every wrong code, and not a
 * byte of a key outside. A list of cases, so that any test runner can run it.
 */
import { isQuancunError } from '../errors.js';
import type { Hsm, SoftKeySet } from '../server/index.js';
import { broken, type ConformanceCase, refuses, same } from './conformance.js';
import { HSM_ANSWERS, type HsmAnswer } from './hsm-answers.js';
import { textsWithin } from './texts-within.js';

/**
 * The rules of an HSM.
 * 加密机一致性测试集。
 * @param open opens the HSM with these keys under these indexes, and no others; once a case
 * @example
 * import { softHsm } from 'quancun/server';
 * const cases = testHsm(async (keys) => softHsm({ allowSoftwareKeys: 'test', keys }));
 * for (const { run } of cases) await run(); // or, on any test runner: test(name, run)
 */
export function testHsm(
  open: (keys: readonly SoftKeySet[]) => Promise<Hsm>,
  { ciphers }: HsmSuiteOptions = {},
): readonly ConformanceCase[] {
  const answers = HSM_ANSWERS.filter(({ keys }) => ciphers?.includes(keys.cipher) ?? true);
  const cases = [
    ...answers.map((answer) => [nameOf(answer), knownAnswers(answer)] as const),
    ...Object.entries(CASES),
  ];
  return cases.map(([name, check]) => ({
    name,
    run: async () => {
      await check(await open(answers.map(({ keys }) => keys)), answers);
    },
  }));
}

/** What of the suite an HSM is asked. */
export interface HsmSuiteOptions {
  /** Those that it has: a token without SM4 is asked about 3DES alone. Default: both. */
  readonly ciphers?: readonly SoftKeySet['cipher'][];
}

type Check = (hsm: Hsm, answers: readonly HsmAnswer[]) => Promise<void>;

const UNKNOWN_INDEX = 0x7f;

function nameOf({ keys }: HsmAnswer): string {
  return `known answers: ${keys.cipher}, ${keys.hierarchy}`;
}

function knownAnswers({ mac1, mac2, mac2Answer, tac }: HsmAnswer): Check {
  return async (hsm) => {
    same(await hsm.verifyMac1(mac1), true);
    same((await hsm.computeMac2(mac2)).toUpperCase(), mac2Answer);
    same(await hsm.verifyTac(tac), true);
    const small = { ...tac, tac: tac.tac.toLowerCase() };
    same(await hsm.verifyTac(small), true);
  };
}

const CASES: Readonly<Record<string, Check>> = {
  'a code with one wrong bit is wrong': async (hsm, answers) => {
    for (const { mac1, tac } of answers) {
      for (let bit = 0; bit < 32; bit += 1) {
        same(await hsm.verifyMac1({ ...mac1, mac1: flip(mac1.mac1, bit) }), false);
        same(await hsm.verifyTac({ ...tac, tac: flip(tac.tac, bit) }), false);
      }
    }
  },
  'every input is covered by its code': async (hsm, answers) => {
    for (const { mac1, mac2, mac2Answer, tac, keys } of answers) {
      const about = keys.hierarchy;
      for (const [field, changed] of changesOf(mac1, about)) {
        if (field !== 'mac1') same([field, await hsm.verifyMac1(changed)], [field, false]);
      }
      for (const [field, changed] of changesOf(mac2, about)) {
        const other = (await hsm.computeMac2(changed)).toUpperCase();
        same([field, other === mac2Answer], [field, false]);
      }
      for (const [field, changed] of changesOf(tac, about)) {
        if (field !== 'tac') same([field, await hsm.verifyTac(changed)], [field, false]);
      }
    }
  },
  'one key does not answer for the other': async (hsm, answers) => {
    for (const { mac1, mac2Answer, tac } of answers) {
      same(await hsm.verifyMac1({ ...mac1, mac1: mac2Answer }), false);
      same(await hsm.verifyMac1({ ...mac1, mac1: tac.tac }), false);
      same(await hsm.verifyTac({ ...tac, tac: mac1.mac1 }), false);
      same(await hsm.verifyTac({ ...tac, tac: mac2Answer }), false);
    }
  },
  'a code of another form is not right, and nothing is told of the right one': async (
    hsm,
    answers,
  ) => {
    for (const { mac1, tac } of answers) {
      for (const form of ['', '00', tac.tac.slice(0, 6), `${tac.tac}00`, 'not hex!']) {
        const said = [
          await saidTo(() => hsm.verifyMac1({ ...mac1, mac1: form })),
          await saidTo(() => hsm.verifyTac({ ...tac, tac: form })),
        ];
        if (said.includes('true')) throw broken(`a code of the form "${form}" was accepted`);
        const told = said.join(' ').toUpperCase();
        const leaks = told.includes(mac1.mac1) || (told.includes(tac.tac) && form !== tac.tac);
        if (leaks) throw broken('an error tells the right code');
      }
    }
  },
  'a key index that is not there has a code': async (hsm, answers) => {
    const [answer] = answers;
    if (answer === undefined) return;
    const keyIndex = UNKNOWN_INDEX;
    await refuses('KEY_UNKNOWN', hsm.verifyMac1({ ...answer.mac1, keyIndex }));
    await refuses('KEY_UNKNOWN', hsm.computeMac2({ ...answer.mac2, keyIndex }));
    await refuses('KEY_UNKNOWN', hsm.verifyTac({ ...answer.tac, keyIndex }));
  },
  'keys are described by their check values': async (hsm, answers) => {
    const wanted = answers.flatMap(({ keys, checkValues }) =>
      (['load', 'tac'] as const).map((use) => {
        const { keyIndex, cipher } = keys;
        return { keyIndex, use, cipher, checkValue: checkValues[use] };
      }),
    );
    const key = ({ keyIndex, use }: { keyIndex: number; use: string }): string =>
      `${String(keyIndex).padStart(3, '0')} ${use}`;
    const described = [...(await hsm.describeKeys())];
    same(
      described.sort((a, b) => (key(a) < key(b) ? -1 : 1)),
      wanted.sort((a, b) => (key(a) < key(b) ? -1 : 1)),
    );
  },
  'no key outside: not in descriptions, errors, properties or JSON': async (hsm, answers) => {
    const [answer] = answers;
    if (answer === undefined) return;
    const { mac1, mac2, tac } = answer;
    const seen: unknown[] = [hsm, await hsm.describeKeys(), JSON.stringify(hsm)];
    const strange = { keyIndex: UNKNOWN_INDEX, random: 'xyz', terminal: '', tac: 'q', mac1: 'q' };
    for (const changes of [{ keyIndex: UNKNOWN_INDEX }, strange, { ...strange, keyIndex: 1 }]) {
      seen.push(await thrownBy(() => hsm.verifyMac1({ ...mac1, ...changes })));
      seen.push(await thrownBy(() => hsm.computeMac2({ ...mac2, ...changes })));
      seen.push(await thrownBy(() => hsm.verifyTac({ ...tac, ...changes })));
    }
    const told = textsWithin(seen).join('\n').toUpperCase();
    for (const { loadKey, tacKey } of answers.map(({ keys }) => keys)) {
      for (const secret of [loadKey, tacKey].flatMap(halves)) {
        if (told.includes(secret)) throw broken('a key can be read from outside');
      }
    }
  },
  'an answer depends on nothing but its question': async (hsm, answers) => {
    const ask = async (): Promise<unknown> =>
      Promise.all(answers.map(({ mac2 }) => hsm.computeMac2(mac2)));
    const before = await ask();
    for (const { mac1, mac2, tac } of answers) {
      await hsm.verifyMac1({ ...mac1, mac1: '00000000' });
      await thrownBy(() => hsm.computeMac2({ ...mac2, keyIndex: UNKNOWN_INDEX }));
      await hsm.verifyTac({ ...tac, tac: 'FFFFFFFF' });
      await hsm.computeMac2({ ...mac2, cardNumber: '9999999999999999' });
      same(await hsm.verifyTac(tac), true);
      same(await hsm.verifyMac1(mac1), true);
    }
    same(await ask(), before);
  },
  'questions at the same moment have their own answers': async (hsm, answers) => {
    const rounds = Array.from({ length: 8 }, () => answers).flat();
    await Promise.all(
      rounds.map(async ({ mac1, mac2, mac2Answer, tac }) => {
        const said = await Promise.all([
          hsm.verifyTac(tac),
          hsm.computeMac2(mac2),
          hsm.verifyMac1({ ...mac1, mac1: flip(mac1.mac1, 7) }),
          hsm.verifyMac1(mac1),
        ]);
        const [right, code, wrong, held] = said;
        same([right, code.toUpperCase(), wrong, held], [true, mac2Answer, false, true]);
      }),
    );
  },
};

/** Each question with one of its inputs changed; key index and unused factors stay. */
function changesOf<T extends object>(
  query: T,
  hierarchy: SoftKeySet['hierarchy'],
): readonly (readonly [field: string, changed: T])[] {
  const unused = {
    national: [],
    provincial: ['issuerFactor'],
    card: ['issuerFactor', 'cardNumber'],
  };
  const fixed: readonly string[] = ['keyIndex', ...unused[hierarchy]];
  return Object.entries(query)
    .filter(([field]) => !fixed.includes(field))
    .map(([field, value]: [string, unknown]) => {
      const other = typeof value === 'number' ? value + 1 : nextDigit(String(value));
      return [field, { ...query, [field]: other }] as const;
    });
}

/** The last digit, one on: still a date, a time, a number. */
function nextDigit(text: string): string {
  const last = text.slice(-1);
  return `${text.slice(0, -1)}${last === '0' ? '1' : '0'}`;
}

function flip(code: string, bit: number): string {
  const at = Math.floor(bit / 4);
  const digit = parseInt(code.charAt(at), 16) ^ (1 << (bit % 4));
  return `${code.slice(0, at)}${digit.toString(16).toUpperCase()}${code.slice(at + 1)}`;
}

function halves(key: string): string[] {
  return [key.slice(0, 16), key.slice(16)];
}

async function thrownBy(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    return error;
  }
}

/** What a caller learns: the answer, or all that the error says. */
async function saidTo(work: () => Promise<boolean>): Promise<string> {
  const end = await thrownBy(work);
  return isQuancunError(end) || end instanceof Error ? textsWithin([end]).join(' ') : String(end);
}
