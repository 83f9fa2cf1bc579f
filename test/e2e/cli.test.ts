/** The command line as a person or a script meets it: the built program, in real processes. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CLI, ROOT } from '../../build/entries.js';
import { createVirtualCard, personalise } from '../../src/simulator/index.js';
import { serveCardOverTcp } from '../../src/transport/drivers/tcp.js';

const PROGRAM = join(ROOT, `dist/${CLI.name}.js`);
const folder = mkdtempSync(join(tmpdir(), 'quancun-cli-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Said {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

function quancun(...args: readonly string[]): Promise<Said> {
  return new Promise((resolve) => {
    const env = { ...process.env, LANG: 'C', LC_ALL: 'C' };
    execFile(process.execPath, [PROGRAM, ...args], { cwd: ROOT, env }, (error, out, err) => {
      resolve({ status: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

function events(out: string): Record<string, unknown>[] {
  return out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('demo', () => {
  test.each(['3des', 'sm4'])('%s: a story with an end, to the fen', async (cipher) => {
    const { status, out, err } = await quancun('demo', '--cipher', cipher);
    expect([status, err]).toEqual([0, '']);
    expect(out).toContain('the order is held until the card is seen again');
    expect(out).toContain('had been written already: nothing was sent again');
    expect(out).toMatch(/card\s+337\.66 = 50\.00 \+ 3 × 100\.00 − 12\.34/);
    expect(out).toMatch(/ledger\s+300\.00 taken, 300\.00 on cards, 0\.00 waiting, 0\.00 owed back/);
    expect(out.trimEnd()).toMatch(/They agree\. ✓$/);
  });

  test('--json: one object a line and nothing else, the books last', async () => {
    const { status, out } = await quancun('demo', '--json');
    const all = events(out);
    expect(status).toBe(0);
    expect(all.filter(({ event }) => event === 'load').map(({ outcome }) => outcome)).toEqual([
      'credited',
      'held',
      'refused',
      'credited',
      'held',
      'credited',
    ]);
    expect(all.at(-1)).toMatchObject({
      event: 'books',
      balanceFen: 33_766,
      expectedFen: 33_766,
      cash: 30_000,
      'card-float': -30_000,
      agrees: true,
    });
  });

  test('in Chinese, and with a trace that holds no secret', async () => {
    const file = join(folder, 'demo.txt');
    const { status, out } = await quancun('demo', '--lang', 'zh', '--trace', file);
    expect([status, out.includes('一致。✓')]).toEqual([0, true]);
    const trace = readFileSync(file, 'utf8');
    expect(trace).toContain('=> 805200000B');
    for (const secret of ['313233343536', '6201220000001234', 'B8CA413132333435']) {
      expect(trace).not.toContain(secret);
    }
    const explained = await quancun('trace', file);
    expect([explained.status, explained.err]).toEqual([0, '']);
    expect(explained.out).toContain('LOST (maybe)');
  });
});

describe('read, apdu, trace and vectors', () => {
  test('read: masked unless asked', async () => {
    const masked = await quancun('read', '--card', 'sim:');
    expect(masked.out).toMatch(/plate\s+甘A\*\*\*45/);
    expect(masked.out).toContain('This card can be recharged.');
    expect(masked.out).not.toContain('6201220000001234');
    const full = await quancun('read', '--card', 'sim:', '--full', '--lang', 'zh');
    expect(full.out).toContain('62016201220000001234');
    expect(full.out).toContain('该卡可以充值。');
  });

  test('apdu explains, and shows no PIN', async () => {
    const { out } = await quancun('apdu', '00200000 06 313233343536', '63C2');
    expect(out).toMatch(/VERIFY[\s\S]*not shown[\s\S]*63C2 .*2 tries left/);
    expect(out).not.toContain('313233343536');
  });

  test('trace with the keys of the card: every code holds; with others: exit 1', async () => {
    const [file, keys] = ['vectors/traces/3des-torn.txt', 'vectors/traces/3des-keys.json'];
    const right = await quancun('trace', file, '--keys', keys);
    expect(right.status).toBe(0);
    expect(right.out.trimEnd()).toMatch(/18 exchanges; 3 cryptograms recomputed, 0 wrong$/);
    const wrong = await quancun('trace', file, '--keys', 'vectors/traces/sm4-keys.json');
    expect(wrong.status).toBe(1);
    expect(wrong.err).toContain('CRYPTOGRAM_WRONG');
  });

  test('vectors: one line at the end; a failure has a line of its own, and exit 1', async () => {
    const right = await quancun('vectors', 'vectors/given.json', 'vectors/sm4-epurse.json');
    expect([right.status, right.out]).toEqual([0, '22 passed, 0 failed\n']);
    const file = join(folder, 'wrong.json');
    const given = readFileSync(join(ROOT, 'vectors/sm4-epurse.json'), 'utf8');
    writeFileSync(file, given.replace('ACAEEADD', 'ACAEEADC'));
    const wrong = await quancun('vectors', file, join(folder, 'absent.json'));
    expect(wrong.status).toBe(2);
    const alone = await quancun('vectors', file);
    expect(alone.status).toBe(1);
    expect(alone.out).toMatch(/sm4-load-selfmade: mac1 is wrong[\s\S]*, 1 failed\n$/);
  });
});

describe('wrong words: exit status 2, and nothing else happens', () => {
  test.each([
    ['an unknown command', ['frobnicate'], /unknown command/],
    ['an unknown option', ['demo', '--fast'], /unknown option/],
    ['a missing option', ['read'], /--card/],
    ['a card of no kind', ['read', '--card', 'usb:'], /OPTION_INVALID/],
    ['no hex', ['apdu', 'XYZ'], /HEX_INVALID/],
    ['no file', ['trace', '/nowhere/at/all'], /FILE_UNREADABLE/],
    ['another cipher', ['demo', '--cipher', 'aes'], /OPTION_INVALID/],
    [
      'three decimals',
      [
        'purse',
        'load',
        '--card',
        'sim:',
        '--keys',
        'vectors/traces/3des-keys.json',
        '--amount',
        '0.001',
      ],
      /AMOUNT_INVALID/,
    ],
    ['a port that is none', ['sim', '--tcp', '99999'], /OPTION_INVALID/],
    ['a card that is put nowhere', ['sim'], /OPTION_INVALID/],
    ['a card in two places', ['sim', '--tcp', '0', '--vpcd', '127.0.0.1:1'], /OPTION_INVALID/],
    ['a reader that is none', ['sim', '--vpcd', 'reader'], /OPTION_INVALID/],
  ])('%s', async (_what, args, says) => {
    const { status, out, err } = await quancun(...args);
    expect([status, out]).toEqual([2, '']);
    expect(err).toMatch(says);
  });

  test('a card that cannot be reached is work that failed: 1', async () => {
    const { status, err } = await quancun('read', '--card', 'tcp:127.0.0.1:1');
    expect(status).toBe(1);
    expect(err).toContain('TRANSPORT_CONNECT');
  });

  test('--help of every command has an example', async () => {
    for (const command of ['demo', 'read', 'sim', 'conformance', 'apdu', 'trace', 'vectors']) {
      expect((await quancun(command, '--help')).out).toMatch(/Example:\n {2}\$ npx quancun/);
    }
  });
});

describe('sim --tcp and the bench', () => {
  /** Starts a simulated card and waits until it listens. */
  async function startCard(
    ...args: readonly string[]
  ): Promise<{ url: string; child: ChildProcess }> {
    const words = [PROGRAM, 'sim', '--tcp', '0', '--json', ...args];
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    const port = await new Promise<unknown>((resolve, reject) => {
      child.stdout.setEncoding('utf8').once('data', (text: string) => {
        resolve(events(text)[0]?.port);
      });
      child.once('exit', reject);
    });
    return { url: `tcp:127.0.0.1:${String(port)}`, child };
  }

  function stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<unknown> {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    return ended;
  }

  const KEYS = ['--keys', 'vectors/traces/3des-keys.json'];
  const MONEY = ['--terminal', '000440101001', '--amount'];

  test('load, spend, prove and read a card in another process; killed, it has lost nothing', async () => {
    const state = join(folder, 'card.json');
    const first = await startCard('--balance', '20', '--state', state);
    const load = await quancun('purse', 'load', '--card', first.url, ...KEYS, ...MONEY, '100');
    expect([load.status, load.err]).toEqual([0, '']);
    expect(load.out).toMatch(/MAC1 {2}✓\nTAC {3}✓\nbalance 120\.00/);
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
    const byName = ['--select', 'aid:A00000000386980701'];
    const load = await quancun('purse', 'load', '--card', url, ...byName, ...KEYS, ...MONEY, '1');
    expect([load.status, load.err]).toEqual([0, '']);
    const byFid = await quancun('purse', 'balance', '--card', url);
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
      ['9000', 0, /805A shows the TAC: written\nTAC {3}✓\nbalance 6\.00/],
      ['6F00', 0, /805A shows the TAC: written/],
      ['9302', 1, /LOAD_NOT_WRITTEN/],
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

  test('a wrong PIN says how many tries are left, and is not tried again', async () => {
    const { url, child } = await startCard();
    const read = await quancun('read', '--card', url, '--pin', '999999');
    expect(read.status).toBe(1);
    expect(read.err).toMatch(/2 tries left[\s\S]*PIN_WRONG/);
    const again = await quancun('read', '--card', url, '--pin', '999999', '--lang', 'zh');
    expect(again.err).toMatch(/还可尝试 1 次/);
    await stop(child);
  });
});
