/**
 * The real thing but for the plastic: pcscd, its virtual reader, the binding `smartcard`, the tools
 * of OpenSC and pcsc-tools, a server on SQLite, and a simulated card whose line is cut.
 */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  createVirtualCard,
  personalise,
  type VirtualCard,
  withT0,
} from '../../src/simulator/index.js';
import {
  listPcscReaders,
  openPcscReader,
  type PcscContext,
  waitForPcscCard,
  waitForPcscRemoval,
} from '../../src/transport/drivers/pcsc.js';
import {
  events,
  insert,
  missingForPcsc,
  pause,
  pcscBinding,
  quancun,
  run,
  startPcscd,
  startQuancun,
  stop,
  type Tear,
  VPCD,
} from '../support/pcsc-stack.js';

const missing = missingForPcsc();
if (missing.length > 0) console.warn(`no PC/SC tests here: missing ${missing.join(', ')}`);
const isContinuousIntegration = process.env.CI === 'true';

test.runIf(isContinuousIntegration)('everything that the PC/SC tests need is installed', () => {
  expect(missing).toEqual([]);
});

const READER = 'Virtual PCD 00 00';
/** The same card as a T=1 one: TD1 says so, and a check byte ends it. */
const T1_ATR = '3B8D01' + '80318065B051434E0103838190' + 'A4';

const newCard = (number: number, atr?: string): VirtualCard => {
  const cardNumber = `62012200${String(number).padStart(8, '0')}`;
  const plate = `甘A${String(10_000 + number)}`;
  const state = personalise({ kind: '3des-4x', balanceFen: 5000, cardNumber, plate });
  return createVirtualCard(atr === undefined ? state : { ...state, atr });
};

describe.skipIf(missing.length > 0)('over a real PC/SC stack', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quancun-pcsc-'));
  const keys = join(folder, 'keys');
  let pcscd: ChildProcess;
  let server: ChildProcess;
  let terminal: string[] = [];
  let office: string[] = [];

  let context: PcscContext;
  /** What a test leaves in the reader must not be there for the next one. */
  const leaving: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    pcscd = await startPcscd();
    context = new (pcscBinding().Context)();
    await quancun('test-keys', keys);
    const words = ['--db', `sqlite:${join(folder, 'orders.db')}`, '--port', '0'];
    const started = await startQuancun(
      'listening',
      ...['serve', ...words, '--keys', join(keys, 'server.json')],
    );
    server = started.child;
    const url = `http://127.0.0.1:${String(started.said.port)}`;
    terminal = ['--server', url, '--credentials', join(keys, 'terminal.json'), '--json'];
    office = ['--server', url, '--credentials', join(keys, 'office.json'), '--json'];
  });
  afterEach(async () => {
    for (const leave of leaving.splice(0)) await leave();
    await noticed();
  });
  afterAll(async () => {
    await stop(server);
    await stop(pcscd);
    rmSync(folder, { recursive: true, force: true });
  });

  test('opensc-tool and scriptor talk to the card of sim --vpcd', async () => {
    const address = `${VPCD.host}:${String(VPCD.port)}`;
    const { child } = await startQuancun('inserted', 'sim', '--vpcd', address, '--balance', '50');
    leaving.push(() => stop(child));
    await waitForPcscCard(context, { timeoutMs: 10_000 });
    const atr = await run('opensc-tool', '--atr');
    expect(atr.out.trim()).toBe('3b:6d:00:00:80:31:80:65:b0:51:43:4e:01:03:83:81:90');
    const select = ['-s', '00:A4:00:00:02:10:01'];
    const sent = await run('opensc-tool', ...select, '-s', '80:5C:00:02:04');
    expect(sent.out).toMatch(
      /84 09 A0 00 00 00 03 86 98 07 01[\s\S]*SW1=0x90, SW2=0x00\):\n00 00 13 88/,
    );
    const script = join(folder, 'script.txt');
    writeFileSync(script, '00 A4 00 00 02 10 01\n80 5C 00 02 04\n80 5C 00 02 09\n');
    const scripted = await run('scriptor', script);
    expect(scripted.out).toMatch(/< 00 00 13 88 90 00 : Normal processing/);
    expect(scripted.out).toMatch(/< 6C 04/);
    await stop(child);
  });

  test('a reader by name, a card that comes and goes, and one that another program holds', async () => {
    await expect(waitForPcscRemoval(context, { reader: READER, timeoutMs: 5000 })).resolves.toBe(
      true,
    );
    expect(listPcscReaders(context)).toContainEqual({ name: READER, cardPresent: false });
    const waiting = waitForPcscCard(context, { timeoutMs: 10_000 });
    const card = await insert(newCard(1));
    leaving.push(card.remove);
    await expect(waiting).resolves.toBe(READER);
    const held = await openPcscReader(context, { reader: 'Virtual PCD' });
    expect(held.info).toMatchObject({ kind: 'pcsc', protocol: 'T=0' });
    const refused = await quancun('read', '--card', `pcsc:${READER}`);
    expect([refused.status, refused.err]).toEqual([1, expect.stringContaining('CARD_IN_USE')]);
    await card.remove();
    await expect(held.transmit(Uint8Array.of(0, 0xa4, 0, 0))).rejects.toMatchObject({
      code: 'TRANSPORT_LOST',
      sent: 'maybe',
    });
    await expect(waitForPcscRemoval(context, { reader: READER, timeoutMs: 5000 })).resolves.toBe(
      true,
    );
    await held.close();
  });

  test.each([
    ['T=0, answering at once', () => newCard(101)],
    ['T=0, 61xx and 6Cxx', () => withT0(newCard(102))],
    ['T=1', () => newCard(103, T1_ATR)],
  ])('%s: read, recharge, and nothing left to load', async (_name, make) => {
    const card = make();
    const inserted = await insert(card);
    leaving.push(inserted.remove);
    const read = await quancun('read', '--card', 'pcsc:', '--pin', '123456', '--json');
    expect([read.status, events(read.out)]).toEqual([
      0,
      [expect.objectContaining({ event: 'card', balanceFen: 5000, rechargeable: true })],
    ]);
    const recharge = await quancun('recharge', '--card', 'pcsc:', ...terminal, '--amount', '100');
    expect(events(recharge.out).at(-1)).toMatchObject({ outcome: 'credited', provedBy: 'tac' });
    expect(card.state.ep).toMatchObject({ balanceFen: 15_000, onlineAtc: 1 });
    const load = await quancun('load', '--card', 'pcsc:', ...terminal);
    expect([load.status, load.out]).toEqual([1, expect.stringContaining('NOTHING_TO_LOAD')]);
  });

  /** Recharges a fresh card with one cut, then repairs; says whether it came to the cut. */
  async function tearAndRepair(card: VirtualCard, tear: Tear): Promise<boolean> {
    const torn = await insert(card, tear);
    leaving.push(torn.remove);
    const first = await quancun('recharge', '--card', 'pcsc:', ...terminal, '--amount', '100');
    const wasTorn = torn.exchanges() >= tear.exchange;
    await torn.remove();
    await noticed();
    const { outcome, paid } = events(first.out).at(-1) ?? {};
    const again = await insert(card);
    leaving.push(again.remove);
    // As the end says: begin again where nothing was taken, else 圈存.
    const way = paid === 'no' ? ['recharge', '--amount', '100'] : ['load'];
    const second = await quancun(...way, '--card', 'pcsc:', ...terminal);
    const repaired = events(second.out).at(-1);
    await again.remove();
    await noticed();
    const { balanceFen, onlineAtc } = card.state.ep;
    const where = `${tear.kind} ${String(tear.exchange)}: ${first.out}${second.out}`;
    const orders = await ordersOf(card);
    expect([balanceFen, onlineAtc], where).toEqual([15_000, 1]);
    // One that nobody paid may stand beside it.
    expect(
      orders.filter((state) => state !== 'CREATED'),
      where,
    ).toEqual(['CREDITED']);
    if (outcome === 'credited') expect(second.out, where).toContain('NOTHING_TO_LOAD');
    else expect(repaired, where).toMatchObject({ outcome: 'credited' });
    return wasTorn;
  }

  /**
   * A hand is slower than pcscd, which looks for cards every 400 ms: one that is back within that
   * time after a reset has failed is not seen at all.
   */
  async function noticed(): Promise<void> {
    await waitForPcscRemoval(context, { reader: READER, timeoutMs: 5000 }).catch(() => undefined);
    await pause(450);
  }

  async function ordersOf(card: VirtualCard): Promise<unknown[]> {
    const issue = card.state.df.files.find(({ fid }) => fid === 0x0015)?.contents[0] ?? '';
    const digits = Buffer.from(issue.slice(62, 72), 'hex').toString('latin1');
    const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    const range = ['--plate', `甘A${digits}`, '--from', today, '--to', today];
    const said = await quancun('orders', ...office, ...range);
    return events(said.out)
      .filter(({ event }) => event === 'order')
      .map(({ state }) => state);
  }

  test.each([
    ['before', 'T=1', (number: number) => newCard(1000 + number, T1_ATR)],
    ['after', 'T=0 with GET RESPONSE', (number: number) => withT0(newCard(2000 + number))],
  ] as const)(
    'torn %s every exchange of a recharge (%s), then repaired: one credit, always',
    async (kind, _protocol, make) => {
      let exchange = 1;
      while (exchange < 64 && (await tearAndRepair(make(exchange), { kind, exchange }))) {
        exchange += 1;
      }
      console.log(`${kind}: torn at each of ${String(exchange - 1)} exchanges`);
      expect(exchange).toBeGreaterThan(10);
    },
    240_000,
  );

  test('pcscd is gone: the card that was in it says so, and so does whoever asks', async () => {
    const address = `${VPCD.host}:${String(VPCD.port)}`;
    const { child } = await startQuancun('inserted', 'sim', '--vpcd', address);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await stop(pcscd);
    await expect(ended).resolves.toBe(1);
    const read = await quancun('read', '--card', 'pcsc:');
    expect([read.status, read.err]).toEqual([1, expect.stringContaining('PCSC_UNAVAILABLE')]);
    const sim = await quancun('sim', '--vpcd', address);
    expect([sim.status, sim.err]).toEqual([1, expect.stringContaining('TRANSPORT_CONNECT')]);
  });
});
