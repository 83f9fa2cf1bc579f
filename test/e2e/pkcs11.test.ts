/**
 * Keys on a token of SoftHSM2: the suite of an HSM, processes that are killed or hang, and what a
 * token is refused for. Fails, and does not skip, where CI has no token.
 */
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { HSM_ANSWERS } from '../../src/conformance/hsm-answers.js';
import {
  type Pkcs11Call,
  type Pkcs11Hsm,
  pkcs11Hsm,
  type Pkcs11KeySet,
  type Pkcs11Options,
  type Pkcs11Process,
} from '../../src/server/hsm/pkcs11/index.js';
import { HSM_TEST_KEYS, testHsm } from '../../src/testing/index.js';
import { temporaryFolder } from '../support/quancun-process.js';
import {
  makeToken,
  missingForTokens,
  type SoftToken,
  TOKEN_PIN,
  TOKEN_PROGRAM,
  tryMasters,
  writeKeys,
} from '../support/soft-token.js';

const missing = missingForTokens();
test.runIf(process.env.CI === 'true')('a token can be made here', () => {
  expect(missing).toEqual([]);
});
if (missing.length > 0) console.log(`no PKCS#11 token here: ${missing.join(', ')}`);

const folder = temporaryFolder();
const only3Des = HSM_TEST_KEYS.filter(({ cipher }) => cipher === '3des');
const [national] = HSM_ANSWERS;
if (national === undefined) throw new Error('the suite has answers');

describe.skipIf(missing.length > 0)('keys on a token', () => {
  let token: SoftToken;
  let keys: readonly Pkcs11KeySet[];
  const open = new Set<Pkcs11Hsm>();
  beforeAll(() => {
    token = makeToken(folder, 'quancun test');
    keys = writeKeys(token, only3Des);
  });
  afterEach(async () => {
    for (const hsm of open) await hsm.close();
    open.clear();
  });

  function hsmOf(changes: Partial<Pkcs11Options> = {}): Pkcs11Hsm {
    // Time enough for a child to start on a machine that does much else.
    const own = { program: TOKEN_PROGRAM, keys, pin: () => TOKEN_PIN, timeoutMs: 20_000 };
    const given = { ...token, ...own };
    const hsm = pkcs11Hsm({ ...given, ...changes });
    open.add(hsm);
    return hsm;
  }

  describe('the suite of an HSM, in 3DES', () => {
    const cases = testHsm(async () => hsmOf(), { ciphers: ['3des'] });
    test.each(cases.map((one) => [one.name, one] as const))('%s', async (_name, { run }) => run());
  });

  describe('processes', () => {
    /** An HSM whose children are told of; one of them, so that it is known which answers. */
    function watched(changes: Partial<Pkcs11Options> = {}) {
      const seen: Pkcs11Process[] = [];
      const calls: Pkcs11Call[] = [];
      const hsm = hsmOf({
        processes: 1,
        onProcess: (change) => seen.push(change),
        onCall: (call) => calls.push(call),
        ...changes,
      });
      const pid = (): number => {
        const opened = seen.filter(({ event }) => event === 'opened').at(-1)?.pid;
        // Nought would be this very process and all of its group.
        if (opened === undefined) throw new Error('no child told of itself');
        return opened;
      };
      return { hsm, seen, calls, pid };
    }
    const { mac1, mac2, mac2Answer, tac } = national;

    test('one that is killed is replaced, and nobody notices', async () => {
      const { hsm, seen, calls, pid } = watched();
      expect(await hsm.computeMac2(mac2)).toBe(mac2Answer);
      for (let round = 0; round < 3; round += 1) {
        process.kill(pid(), 'SIGKILL');
        expect(await hsm.verifyMac1(mac1)).toBe(true);
      }
      expect(seen.map(({ event, problem }) => problem ?? event)).toEqual([
        'opened',
        ...Array.from({ length: 3 }, () => ['SIGKILL', 'opened']).flat(),
      ]);
      expect(calls.map(({ question, code }) => code ?? question)).toEqual([
        'computeMac2',
        ...Array.from({ length: 3 }, () => 'verifyMac1'),
      ]);
    });

    test('one that is killed with a question inside: the question is asked once more', async () => {
      const { hsm, pid, seen } = watched();
      await hsm.describeKeys();
      const questions = Array.from({ length: 400 }, () => hsm.computeMac2(mac2));
      await questions[0];
      process.kill(pid(), 'SIGKILL');
      expect(new Set(await Promise.all(questions))).toEqual(new Set([mac2Answer]));
      expect(seen.map(({ problem }) => problem)).toContain('SIGKILL');
    });

    test('one that hangs is killed in its time, and the next one answers', async () => {
      const { hsm, seen, calls, pid } = watched({ timeoutMs: 3_000 });
      await hsm.describeKeys();
      const hung = pid();
      process.kill(hung, 'SIGSTOP');
      const said = await hsm.verifyTac(tac).catch((error: unknown) => error);
      expect(said).toMatchObject({ code: 'HSM_UNAVAILABLE', money: 'untouched', retry: 'safe' });
      await hsm.describeKeys();
      expect(await hsm.verifyTac(tac)).toBe(true);
      expect(seen.map(({ problem }) => problem)).toContain('TIMEOUT');
      expect(() => process.kill(hung, 0)).toThrow('ESRCH');
      const codes = calls.map(({ code }) => code);
      expect(codes).toEqual([undefined, 'HSM_UNAVAILABLE', undefined, undefined]);
    });

    test('whoever stops a whole group does not end the children before their server', async () => {
      const { hsm, seen, pid } = watched();
      await hsm.describeKeys();
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(pid(), signal);
      expect(await hsm.computeMac2(mac2)).toBe(mac2Answer);
      await hsm.close();
      expect(() => process.kill(pid(), 0)).toThrow('ESRCH');
      expect(seen.map(({ event }) => event)).toEqual(['opened']);
    });

    test('a token that is gone is HSM_UNAVAILABLE, and one that is back answers', async () => {
      const { hsm, pid } = watched({ timeoutMs: 1_500 });
      await hsm.describeKeys();
      const [from, to] = [join(folder, 'tokens'), join(folder, 'pulled')];
      renameSync(from, to);
      process.kill(pid(), 'SIGKILL');
      const gone = await hsm.computeMac2(mac2).catch((error: unknown) => error);
      renameSync(to, from);
      expect(gone).toMatchObject({ code: 'HSM_UNAVAILABLE' });
      let answer: unknown;
      for (let tries = 0; answer !== mac2Answer && tries < 10; tries += 1) {
        answer = await hsm.computeMac2(mac2).catch(() => undefined);
      }
      expect(answer).toBe(mac2Answer);
    });
  });

  describe('what is refused, once and with a code', () => {
    const refusedBy = async (changes: Partial<Pkcs11Options>): Promise<unknown> =>
      hsmOf(changes)
        .describeKeys()
        .catch((error: unknown) => error);

    test('a wrong PIN is tried once, whoever asks and however often, and told nowhere', async () => {
      let asked = 0;
      const pin = (): string => `wrong-${String((asked += 1))}`;
      const seen: unknown[] = [];
      const hsm = hsmOf({ pin, processes: 4, onProcess: (change) => seen.push(change) });
      const questions = Array.from({ length: 50 }, () => hsm.computeMac2(national.mac2));
      for (const end of await Promise.allSettled(questions)) {
        expect(end).toMatchObject({ reason: { code: 'HSM_PIN_REFUSED', stop: true } });
        seen.push(end);
      }
      await expect(hsm.describeKeys()).rejects.toMatchObject({
        code: 'HSM_PIN_REFUSED',
        details: { problem: 'CKR_PIN_INCORRECT' },
      });
      expect(asked).toBe(1);
      expect(JSON.stringify(seen)).not.toContain('wrong-1');
    });

    test('the PIN is in no argument and no environment of a child', async () => {
      const pids: number[] = [];
      const hsm = hsmOf({ onProcess: ({ pid }) => pids.push(pid ?? 0) });
      await hsm.describeKeys();
      for (const file of ['cmdline', 'environ']) {
        expect(readFileSync(`/proc/${String(pids[0])}/${file}`, 'latin1')).not.toContain(TOKEN_PIN);
      }
    });

    test('SM4, of which PKCS#11 knows nothing and SoftHSM neither', async () => {
      const [first] = keys;
      const sm4 = { ...first, cipher: 'sm4' } as Pkcs11KeySet;
      expect(await refusedBy({ keys: [sm4] })).toMatchObject({
        code: 'HSM_CIPHER_UNSUPPORTED',
        message: expect.stringContaining('sm4') as string,
        messageZh: expect.stringContaining('sm4') as string,
      });
      const named = { keyType: 0x80000001, deriveMechanism: 0x80000002, cbcMechanism: 0x80000003 };
      expect(await refusedBy({ keys: [sm4], sm4: named })).toMatchObject({
        code: 'HSM_CIPHER_UNSUPPORTED',
        details: { problem: 'CKM_0x80000002' },
      });
    });

    test('a key that is not there, there twice, readable, or another one', async () => {
      const [first] = keys;
      const card = keys.find(({ hierarchy }) => hierarchy === 'card');
      if (first === undefined || card === undefined) throw new Error('the token has keys');
      const unfit: readonly (readonly [Partial<Pkcs11KeySet>, RegExp])[] = [
        [{ loadKey: { label: 'no such' } }, /no object/],
        [{ loadKey: {} }, /no object/],
        // A card's own TAC key can be read: it is no master.
        [{ tacKey: card.tacKey }, /CKA_SENSITIVE/],
        [{ loadKey: { ...first.loadKey, checkValue: '072813' } }, /CKA_CHECK_VALUE/],
      ];
      for (const [changes, problem] of unfit) {
        const said = await refusedBy({ keys: [{ ...first, ...changes }] });
        expect(said).toMatchObject({ code: 'HSM_KEY_UNFIT', details: { keyIndex: 1 } });
        expect((said as Error).message).toMatch(problem);
      }
      const right = { ...first.loadKey, checkValue: '072812' };
      expect(await refusedBy({ keys: [{ ...first, loadKey: right }] })).toHaveLength(2);
    });

    test('a module, a token or a program that is not there', async () => {
      for (const changes of [
        { module: '/nowhere/libnone.so' },
        { tokenLabel: 'another' },
        { program: '/nowhere/token.mjs' },
      ]) {
        const said = await refusedBy({ ...changes, timeoutMs: 1_500 });
        expect(said).toMatchObject({ code: 'HSM_UNAVAILABLE' });
      }
    });
  });

  test('with the PIN, a master key neither shows itself nor enciphers', () => {
    const masters = keys.filter(({ hierarchy }) => hierarchy !== 'card');
    const labels = masters.flatMap((one) => [one.loadKey.label ?? '', one.tacKey.label ?? '']);
    expect(tryMasters(token, labels)).toEqual(
      labels.map(() => ['CKR_KEY_FUNCTION_NOT_PERMITTED', 'no value']),
    );
  });
});
