/**
 * Whole loads with keys on a token of SoftHSM2, in one process and through `serve`: children are
 * killed meanwhile, and each payment is one credit.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CLI, ROOT } from '../../build/entries.js';
import { envFrom } from '../../src/index.js';
import { createAuthority, memoryJournal, memoryLedger } from '../../src/server/index.js';
import {
  type Pkcs11Hsm,
  pkcs11Hsm,
  type Pkcs11KeySet,
  type Pkcs11Process,
} from '../../src/server/hsm/pkcs11/index.js';
import { createVirtualCard, personalise } from '../../src/simulator/index.js';
import { recharge } from '../../src/terminal/index.js';
import { TEST_KEY_SETS } from '../../src/testing/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import { withGetResponse, withQueue } from '../../src/transport/index.js';
import { events, quancun, startCard, stop, temporaryFolder } from '../support/quancun-process.js';
import {
  makeToken,
  missingForTokens,
  type SoftToken,
  TOKEN_PIN,
  TOKEN_PROGRAM,
  writeKeys,
} from '../support/soft-token.js';

const folder = temporaryFolder();
const started: ChildProcess[] = [];
afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
});

/** `serve` in a process of its own, and all that it says. */
function startServe(words: readonly string[]) {
  const child = spawn(process.execPath, [join(ROOT, `dist/${CLI.name}.js`), ...words], {
    env: { ...process.env, LANG: 'C', LC_ALL: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let said = '';
  const ended = new Promise<number | null>((exit) => child.once('exit', exit));
  const address = new Promise<string>((found, failed) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const [url] = /http:\/\/[\d.:]+\d/.exec(said) ?? [];
        if (url !== undefined) found(url);
      });
    }
    child.once('exit', () => failed(new Error(said)));
  });
  return {
    address,
    said: () => said,
    pids: () =>
      [...said.matchAll(/"change":"opened"[^\n]*"pid":(\d+)/g)].map(([, pid]) => Number(pid)),
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

describe.skipIf(missingForTokens().length > 0)('a whole load', () => {
  const open = new Set<Pkcs11Hsm>();
  afterEach(async () => {
    for (const hsm of open) await hsm.close();
    open.clear();
  });

  const amountFen = 10_000;
  let loadKeys: readonly Pkcs11KeySet[];
  let other: SoftToken;
  beforeAll(() => {
    other = makeToken(folder, 'cards');
    const des = TEST_KEY_SETS.filter(({ cipher }) => cipher === '3des');
    loadKeys = writeKeys(other, des);
  });

  /** A child is killed with this question inside it. */
  test.each(['verifyMac1', 'computeMac2', 'verifyTac'] as const)(
    'the child is killed during %s, and it goes on with one credit',
    async (question) => {
      let pid = 0;
      let killed = 0;
      const onProcess = (change: Pkcs11Process): void => void (pid = change.pid ?? pid);
      const own = { program: TOKEN_PROGRAM, pin: () => TOKEN_PIN, timeoutMs: 20_000 };
      const inner = pkcs11Hsm({ ...other, ...own, keys: loadKeys, processes: 1, onProcess });
      open.add(inner);
      const hsm = {
        ...inner,
        [question]: async (query: never) => {
          const answer = inner[question](query);
          killed += 1;
          if (pid === 0) throw new Error('the child told nothing of itself');
          process.kill(pid, 'SIGKILL');
          return answer;
        },
      };
      await inner.describeKeys();
      const env = envFrom(globalThis);
      const ledger = memoryLedger();
      const parts = { ledger, hsm, journal: memoryJournal(), env };
      const authority = createAuthority(parts);
      const card = createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 1_234 }));
      const before = card.state.ep.onlineAtc;
      const payment = { provider: 'cash', transactionId: 'one', amountFen };
      const options = {
        transport: withQueue(withGetResponse(simulatorTransport(card)), env),
        ...{ authority, env, amountFen, terminal: '000440101001', pin: '123456' },
        ...{ outlet: 'self', takePayment: () => Promise.resolve(payment) },
      };
      const said = await recharge(options);
      expect(said).toMatchObject({ outcome: 'credited', amountFen });
      expect(killed).toBeGreaterThan(0);
      expect(card.state.ep.onlineAtc).toBe(before + 1);
      expect(card.state.ep.balanceFen).toBe(1_234 + amountFen);
    },
  );

  test('through serve, whose own child is killed between two loads', async () => {
    const files = join(folder, 'keys');
    expect((await quancun('test-keys', files)).status).toBe(0);
    const server = JSON.parse(readFileSync(join(files, 'server.json'), 'utf8')) as object;
    const pkcs11 = { ...other, pinFile: 'pin', keys: loadKeys };
    writeFileSync(join(files, 'pin'), `${TOKEN_PIN}\n`, { mode: 0o600 });
    const text = JSON.stringify({ ...server, hsm: undefined, pkcs11 });
    writeFileSync(join(files, 'token.json'), text);
    const serve = ['serve', '--db', `sqlite:${join(folder, 'orders.db')}`];
    const child = startServe([...serve, '--keys', join(files, 'token.json'), '--port', '0']);
    const address = await child.address;
    const card = await startCard();
    started.push(card.child);
    const ask = ['--server', address, '--credentials', join(files, 'terminal.json')];
    const visit = ['recharge', '--card', card.url, ...ask, '--amount', '100', '--json'];
    for (const receipt of ['slip-1', 'slip-2']) {
      const { out } = await quancun(...visit, '--receipt', receipt);
      expect(events(out).at(-1)).toMatchObject({ outcome: 'credited', amountFen });
      // The one that is there: those of before have been killed.
      const pid = child.pids().at(-1);
      // Nought would be this very process and all of its group.
      if (pid === undefined) throw new Error(child.said());
      process.kill(pid, 'SIGKILL');
    }
    const { out } = await quancun('read', '--card', card.url, '--json');
    expect(out).toContain('"balanceFen":20000');
    await stop(card.child);
    expect(await child.stop()).toBe(0);
    expect(child.said()).toContain('"problem":"SIGKILL"');
    expect(child.said()).not.toContain('Test keys only');
    expect(child.said()).toContain('load key 1 (3des)');
    expect(child.said()).not.toContain(TOKEN_PIN);
    for (const pid of child.pids()) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});
