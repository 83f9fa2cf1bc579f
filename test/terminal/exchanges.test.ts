/**
 * How many card commands, host exchanges and network round trips a recharge and a repair cost on
 * each host. The table stands in the docs: this test writes it, and compares.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { envFrom } from '../../src/env.js';
import type { Authority } from '../../src/load/index.js';
import { withT0, type VirtualCard } from '../../src/simulator/index.js';
import type { CardLike } from '../../src/testing/index.js';
import { harmonyTransport } from '../../src/transport/drivers/harmony.js';
import { BOX_DIALECTS, bleBoxTransport } from '../../src/transport/drivers/ble-box/index.js';
import { openPcscReader } from '../../src/transport/drivers/pcsc.js';
import { nfcTransport } from '../../src/transport/drivers/nfc.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import { serveCardOverTcp, tcpTransport } from '../../src/transport/drivers/tcp.js';
import { webSmartCardTransport } from '../../src/transport/drivers/web-smart-card.js';
import { wechatTransport } from '../../src/transport/drivers/wechat.js';
import type { Transport } from '../../src/transport/index.js';
import { fakePcsc } from '../support/fake-pcsc.js';
import { fakeBox } from '../support/hosts/ble-box.js';
import { framingTransport } from '../support/hosts/framing.js';
import { fakeHarmony } from '../support/hosts/harmony.js';
import { fakeAndroidNfc, fakeIosNfc } from '../support/hosts/nfc.js';
import { fakeWebSmartCard } from '../support/hosts/web-smart-card.js';
import { fakeWechat } from '../support/hosts/wechat.js';
import { openShop } from '../support/shop.js';

const env = envFrom(globalThis);
/** A box of which somebody has shown that it stops at the first failure of a frame. */
const STOPS = { ...BOX_DIALECTS['frame-33'], stopsAtFailure: true };

type Host = (card: CardLike) => Transport | Promise<Transport>;
const t0 = (card: CardLike): CardLike => withT0({ ...card, state: {} } as VirtualCard);

const HOSTS: readonly [name: string, host: Host][] = [
  ['simulator', (card) => simulatorTransport(card)],
  ['tcp', async (card) => tcp(card)],
  ['nfc, Android', (card) => nfcTransport(fakeAndroidNfc(card))],
  ['nfc, iOS', (card) => nfcTransport(fakeIosNfc(card))],
  ['wechat', (card) => wechatTransport(fakeWechat(card))],
  ['harmony', (card) => harmonyTransport(fakeHarmony(card))],
  ['pcsc, T=1', (card) => pcsc(card, 2)],
  ['pcsc, T=0', (card) => pcsc(t0(card), 1)],
  ['web-smart-card, T=1', (card) => webSmartCardTransport(fakeWebSmartCard(card))],
  [
    'web-smart-card, T=0',
    (card) => webSmartCardTransport(fakeWebSmartCard(t0(card), { protocol: 't0' })),
  ],
  ['ble-box', async (card) => bleBoxTransport(fakeBox(card).host, { env })],
  [
    'ble-box that stops at a failure',
    async (card) =>
      bleBoxTransport(fakeBox(card, { stopsAtFailure: true }).host, { env, dialect: STOPS }),
  ],
  [
    'a host with 4 commands in a frame',
    (card) => framingTransport(card, { maxBatch: 4 }).transport,
  ],
  ['a host with any number', (card) => framingTransport(card, { maxBatch: 99 }).transport],
];

/** What a recharge cost while the card was asked nothing before its payment. */
const T1 = '10 / 10 / 5';
const T0 = '10 / 16 / 5';
const BEFORE: Readonly<Record<string, string>> = {
  ...{ simulator: T1, tcp: T1, 'nfc, Android': T1, 'nfc, iOS': T1, wechat: T1, harmony: T1 },
  ...{ 'pcsc, T=1': T1, 'pcsc, T=0': T0 },
  ...{ 'web-smart-card, T=1': T1, 'web-smart-card, T=0': T0 },
  ...{ 'ble-box': '10 / 5 / 5', 'ble-box that stops at a failure': '10 / 4 / 5' },
  ...{ 'a host with 4 commands in a frame': '10 / 4 / 5', 'a host with any number': '10 / 4 / 5' },
};

function pcsc(card: CardLike, protocol: number): Promise<Transport> {
  const service = fakePcsc();
  service.insert(card, { protocol });
  return openPcscReader(service.context);
}

async function tcp(card: CardLike): Promise<Transport> {
  const server = await serveCardOverTcp(card, { port: 0 });
  const transport = await tcpTransport({ host: '127.0.0.1', port: server.port });
  const close = async (): Promise<void> => {
    await transport.close();
    await server.close();
  };
  return { ...transport, close };
}

/** One line of the table. */
interface Cost {
  readonly exchanges: number;
  readonly frames: number;
  readonly roundTrips: number;
}

/** A shop on a host that counts its frames, and an authority that counts its calls. */
function countingShop(host: Host) {
  const opened: Transport[] = [];
  let frames = 0;
  let commands = 0;
  let creditAt = 0;
  let roundTrips = 0;
  const shop = openShop({
    card: { kind: '3des-4x', balanceFen: 5000, onlineAtc: 7 },
    host: async (card) => {
      const transport = await host(card);
      opened.push(transport);
      const { transmitBatch } = transport;
      return {
        ...transport,
        transmit: (command) => {
          frames += 1;
          commands += 1;
          if (command[0] === 0x80 && command[1] === 0x52) creditAt = commands;
          return transport.transmit(command);
        },
        ...(transmitBatch && {
          transmitBatch: async (batch: readonly Uint8Array[]) => {
            frames += 1;
            const answers = await transmitBatch.call(transport, batch);
            commands += answers.length;
            return answers;
          },
        }),
      };
    },
  });
  const authority = new Proxy<Authority>(shop.authority, {
    get: (target, name: keyof Authority) =>
      ((...args: [never]) => {
        roundTrips += 1;
        return target[name](...args);
      }) as never,
  });
  const costOf = async (work: () => Promise<unknown>): Promise<Cost> => {
    const before = [shop.exchanges(), frames, roundTrips] as const;
    await work();
    return {
      exchanges: shop.exchanges() - before[0],
      frames: frames - before[1],
      roundTrips: roundTrips - before[2],
    };
  };
  const close = async (): Promise<void> => {
    for (const transport of opened) await transport.close();
  };
  return { shop, authority, costOf, close, creditAt: () => creditAt };
}

async function measure(host: Host): Promise<readonly [Cost, Cost, Cost]> {
  const whole = countingShop(host);
  const recharge = await whole.costOf(() =>
    whole.shop.recharge({ options: { authority: whole.authority } }),
  );
  const repairs: Cost[] = [];
  const exchange = whole.creditAt();
  for (const kind of ['lose-after', 'lose-before'] as const) {
    const { shop, authority, costOf, close } = countingShop(host);
    const torn = await shop.recharge({ faults: [{ exchange, kind }] });
    expect(torn.result.outcome).toBe('held');
    repairs.push(
      await costOf(async () => {
        const { result } = await shop.load({ options: { authority } });
        const written = kind === 'lose-after' ? 'earlier' : 'now';
        expect(result).toMatchObject({ outcome: 'credited', provedBy: 'tac', written });
      }),
    );
    await close();
  }
  await whole.close();
  return [recharge, repairs[0] as Cost, repairs[1] as Cost];
}

const show = ({ exchanges, frames, roundTrips }: Cost): string =>
  `${exchanges} / ${frames} / ${roundTrips}`;

describe('what a recharge and a repair cost', () => {
  test('the table in the docs is the one that the code makes', async () => {
    const rows: string[] = [];
    for (const [name, host] of HOSTS) {
      rows.push(`| ${[name, BEFORE[name], ...(await measure(host)).map(show)].join(' | ')} |`);
    }
    const guide = readFileSync(new URL('../../docs/guides/hosts.md', import.meta.url), 'utf8');
    const written = guide.split('\n').filter((line) => / \d+ \/ \d+ \/ \d+ /.test(line));
    expect(written).toEqual(rows);
  });

  test('a frame that carries enough: one to read, one to test, one to begin, one to credit, one to look', async () => {
    const [recharge, , repair] = await measure(
      (card) => framingTransport(card, { maxBatch: 99 }).transport,
    );
    expect(recharge).toMatchObject({ frames: 5, roundTrips: 7 });
    expect(repair.frames).toBeLessThanOrEqual(7);
  });
});
