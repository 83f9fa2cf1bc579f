/** The laboratory's tools as a person meets it: real processes, and cards that answer oddly. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../build/entries.js';
import { createVirtualCard, parseProfile, personalise } from '../../src/simulator/index.js';
import { serveCardOverTcp } from '../../src/transport/drivers/tcp.js';
import {
  events,
  quancun,
  type Said,
  startCard,
  stop,
  temporaryFolder,
} from '../support/quancun-process.js';

const folder = temporaryFolder();

describe('sim --tcp and the tools', () => {
  const KEYS = ['--keys', 'vectors/traces/3des-keys.json'];
  const MONEY = ['--terminal', '000440101001', '--amount'];

  test('load, spend, prove and read a card in another process; killed, it has lost nothing', async () => {
    const state = join(folder, 'card.json');
    const first = await startCard('--balance', '20', '--state', state);
    const load = await quancun('purse', 'load', '--card', first.url, ...KEYS, ...MONEY, '100');
    expect([load.status, load.err]).toEqual([0, '']);
    expect(load.out).toMatch(/MAC1 {2}✓\nMAC2 {2}✓\nTAC {3}✓\nbalance 120\.00/);
    const buy = await quancun('purse', 'purchase', '--card', first.url, ...KEYS, ...MONEY, '12.5');
    expect(buy.out).toMatch(/MAC2 {2}✓\nTAC {3}✓/);
    const prove = ['purse', 'prove', '--card', first.url, '--type', '6', '--atc', '1'];
    expect((await quancun(...prove)).out).toMatch(/MAC [0-9A-F]{8}\nTAC [0-9A-F]{8}\n/);
    await stop(first.child, 'SIGKILL');

    const second = await startCard('--state', state, '--t0');
    expect((await quancun('purse', 'balance', '--card', second.url)).out).toBe('107.50\n');
    const log = await quancun('purse', 'log', '--card', second.url, ...KEYS);
    expect(log.out.trimEnd().split('\n')).toHaveLength(2);
    await stop(second.child);
  });

  test('a card that knows no FID, has no EF 0015 to read and other status words', async () => {
    const profile = join(folder, 'odd.json');
    const odd = { selectByFid: false, selectFci: false, statusWords: { noTransaction: '6985' } };
    writeFileSync(profile, JSON.stringify(odd));
    const { url, child } = await startCard('--profile', profile);
    const load = await quancun('purse', 'load', '--card', url, ...KEYS, ...MONEY, '1');
    expect([load.status, load.err]).toEqual([0, '']);
    expect(load.out).toMatch(/SELECT fid:1001 answered 6A82; going on\n/);
    const byName = ['--select', 'aid:A00000000386980701'];
    expect((await quancun('purse', 'balance', '--card', url, ...byName)).out).toBe('1.00\n');
    const byFid = await quancun('purse', 'balance', '--card', url, '--select', 'fid:1001');
    expect(byFid.status).toBe(1);
    expect(byFid.err).toMatch(/CARD_REFUSED/);
    await stop(child);
  });

  test('the wrong load key: MAC1 does not hold, and no credit is sent', async () => {
    const { url, child } = await startCard('--balance', '5');
    const keys = join(folder, 'wrong-keys.json');
    const right = JSON.parse(
      readFileSync(join(ROOT, 'vectors/traces/3des-keys.json'), 'utf8'),
    ) as object;
    writeFileSync(keys, JSON.stringify({ ...right, loadKey: '00112233445566778899AABBCCDDEEFF' }));
    const load = await quancun('purse', 'load', '--card', url, '--keys', keys, ...MONEY, '1');
    expect(load.status).toBe(1);
    expect(load.out).toContain('MAC1  ✗');
    expect(load.err).toContain('CRYPTOGRAM_WRONG');
    expect(load.out + load.err).not.toContain('00112233');
    expect((await quancun('purse', 'balance', '--card', url)).out).toBe('5.00\n');
    await stop(child);
  });

  test('CREDIT without a TAC, and CREDIT refused: the card is asked, and nothing is sent again', async () => {
    for (const [answer, status, says] of [
      ['9000', 0, /805A shows the TAC: written\nMAC2 {2}✓\nTAC {3}✓\nbalance 6\.00/],
      ['6F00', 0, /805A shows the TAC: written/],
      ['9302', 1, /MAC2 {2}✗[^]*LOAD_NOT_WRITTEN/],
    ] as const) {
      const virtual = createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 500 }));
      let credits = 0;
      const odd = {
        reset: () => virtual.reset(),
        exchange: (command: Uint8Array) => {
          if (command[1] !== 0x52) return virtual.exchange(command);
          credits += 1;
          if (status === 0) virtual.exchange(command);
          return Uint8Array.from(Buffer.from(answer, 'hex'));
        },
      };
      const server = await serveCardOverTcp(odd, { port: 0 });
      const url = `tcp:127.0.0.1:${String(server.port)}`;
      const said = await quancun('purse', 'load', '--card', url, ...KEYS, ...MONEY, '1');
      expect([said.status, credits]).toEqual([status, 1]);
      expect(said.out + said.err).toMatch(says);
      await server.close();
    }
  });

  /** A card of its own for each story: `answer` may answer in the place of the card. */
  async function oddCard(
    answer: (command: Uint8Array, right: () => Uint8Array) => string | Uint8Array,
    card: Partial<Parameters<typeof personalise>[0]> = {},
  ): Promise<{ url: string; sent: number[]; close(): Promise<void> }> {
    const virtual = createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 500, ...card }));
    const sent: number[] = [];
    const odd = {
      reset: () => virtual.reset(),
      exchange: (command: Uint8Array) => {
        sent.push(command[1] ?? 0);
        const said = answer(command, () => virtual.exchange(command));
        return typeof said === 'string' ? Uint8Array.from(Buffer.from(said, 'hex')) : said;
      },
    };
    const server = await serveCardOverTcp(odd, { port: 0 });
    return { url: `tcp:127.0.0.1:${String(server.port)}`, sent, close: () => server.close() };
  }

  const load = (url: string, ...more: readonly string[]): Promise<Said> =>
    quancun('purse', 'load', '--card', url, ...KEYS, ...MONEY, '100', ...more);

  test('a balance that the load would carry over the edge: refused before MAC2', async () => {
    const profile = parseProfile({ overflowChecked: false, maxBalanceFen: 0xffffffff });
    for (const balanceFen of [0xfffffff0, 0x7ffffff0]) {
      const card = await oddCard((_command, right) => right(), { balanceFen, profile });
      const { status, err } = await load(card.url);
      expect([status, card.sent.includes(0x52)]).toEqual([1, false]);
      expect(err).toMatch(/card not written[^]*BALANCE_LIMIT/);
      await card.close();
    }
  });

  test.each([
    ['eight bytes', '00000000000000009000'],
    ['one byte', '90'],
    ['a refusal', '6985'],
    ['a dropped line', 'drop'],
  ])(
    'GET BALANCE after the load answers %s: not checked, the TAC has proved it',
    async (_n, odd) => {
      const card = await oddCard((command, right) => {
        if (command[1] !== 0x5c) return right();
        if (odd !== 'drop') return odd;
        void card.close();
        return '9000';
      });
      const { status, out, err } = await load(card.url);
      expect([status, err]).toEqual([0, '']);
      expect(out).toMatch(/TAC {3}✓\nbalance not checked\n$/);
      await card.close();
    },
  );

  test('neither a tacKey nor a balance: 9000 alone proves nothing', async () => {
    const card = await oddCard((command, right) => (command[1] === 0x5c ? '6985' : right()));
    const file = join(folder, 'no-tac-key.json');
    const text = readFileSync(join(ROOT, 'vectors/traces/3des-keys.json'), 'utf8');
    const { tacKey: _tacKey, ...rest } = JSON.parse(text) as Record<string, unknown>;
    writeFileSync(file, JSON.stringify(rest));
    const { status, err } = await load(card.url, '--keys', file);
    expect([status, err.includes('LOAD_IN_DOUBT')]).toEqual([1, true]);
    await card.close();
  });

  test('GET BALANCE shows another balance: an error with a code, the money has moved', async () => {
    const card = await oddCard((command, right) =>
      command[1] === 0x5c ? '000000019000' : right(),
    );
    const { status, err } = await load(card.url);
    expect(status).toBe(1);
    expect(err).toMatch(/not 105\.00 yuan \(money moved\)\nBALANCE_DIFFERS/);
    await card.close();
  });

  test('money by the place where it failed: untouched before CREDIT, in doubt after', async () => {
    const short = await oddCard((command, right) => (command[1] === 0x50 ? '9000' : right()));
    expect((await load(short.url)).err).toMatch(/card not written[^]*RESPONSE_LENGTH/);
    await short.close();
    const wrongTac = await oddCard((command, right) => {
      const answer = right();
      return command[1] === 0x52 ? '112233449000' : answer;
    });
    const { status, out, err } = await load(wrongTac.url);
    expect([status, out.includes('TAC   ✗')]).toEqual([1, true]);
    expect(err).toMatch(/TAC does not verify \(in doubt/);
    expect(err).not.toContain('Nothing more was sent');
    await wrongTac.close();
  });

  test('--json: each cryptogram by its name, MAC2 among them', async () => {
    const card = await oddCard((_command, right) => right());
    const said = events((await load(card.url, '--json')).out);
    const codes = said.filter(({ event }) => event === 'cryptogram');
    expect(codes).toEqual(
      ['MAC1', 'MAC2', 'TAC'].map((name) => ({ event: 'cryptogram', name, held: true })),
    );
    await card.close();
  });

  test('a card that knows neither FID nor name: it goes on, unless --select asked for one', async () => {
    const card = await oddCard((command, right) => {
      if (command[1] !== 0xa4) return right();
      const byFid = command[2] === 0 && command[5] === 0x10;
      if (byFid) right();
      return '6A82';
    });
    const { status, out } = await quancun('purse', 'balance', '--card', card.url);
    expect([status, out]).toEqual([0, expect.stringMatching(/going on with what[^]*\n5\.00\n$/)]);
    const asked = ['--select', 'aid:A00000000386980701'];
    const strict = await quancun('purse', 'balance', '--card', card.url, ...asked);
    expect([strict.status, strict.err.includes('CARD_REFUSED')]).toEqual([1, true]);
    await card.close();
  });

  test('DEBIT refused: executed or not, the status word is no evidence, and 805A is asked', async () => {
    for (const [executed, status, says] of [
      [true, 0, /805A shows MAC2: debited\nMAC2 {2}✓\nTAC {3}✓/],
      [false, 1, /in doubt[^]*PURCHASE_IN_DOUBT/],
    ] as const) {
      const card = await oddCard((command, right) => {
        if (command[1] !== 0x54) return right();
        if (executed) right();
        return '6F00';
      });
      const buy = ['purse', 'purchase', '--card', card.url, ...KEYS, ...MONEY, '1'];
      const said = await quancun(...buy);
      expect(said.status).toBe(status);
      expect(said.out + said.err).toMatch(says);
      expect(card.sent.filter((ins) => ins === 0x54)).toHaveLength(1);
      await card.close();
    }
  });

  test('a wrong PIN says how many tries are left, and is not tried again', async () => {
    const { url, child } = await startCard();
    const read = await quancun('read', '--card', url, '--pin', '999999');
    expect(read.status).toBe(1);
    expect(read.err).toMatch(/2 tries left[\s\S]*PIN_WRONG/);
    const again = await quancun('read', '--card', url, '--pin', '999999', '--lang', 'zh');
    expect(again.err).toMatch(/仅剩 1 次/);
    await stop(child);
  });
});
