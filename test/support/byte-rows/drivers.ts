/** How to call what takes bytes in transport, its drivers, remote and the simulated card. */
import { toHex } from '../../../src/bytes.js';
import { envFrom } from '../../../src/env.js';
import { remoteTransport, runRemoteTerminal } from '../../../src/remote/index.js';
import * as simulator from '../../../src/simulator/index.js';
import { presentPin } from '../../../src/terminal/index.js';
import type { CardLike } from '../../../src/testing/index.js';
import * as box from '../../../src/transport/drivers/ble-box/index.js';
import { harmonyTransport } from '../../../src/transport/drivers/harmony.js';
import { nfcTransport } from '../../../src/transport/drivers/nfc.js';
import { openPcscReader, pcscTransport } from '../../../src/transport/drivers/pcsc.js';
import { simulatorTransport } from '../../../src/transport/drivers/simulator.js';
import { serveCardOverTcp, tcpTransport } from '../../../src/transport/drivers/tcp.js';
import { webSmartCardTransport } from '../../../src/transport/drivers/web-smart-card.js';
import { wechatTransport } from '../../../src/transport/drivers/wechat.js';
import * as transports from '../../../src/transport/index.js';
import { type ByteRows, type Give, opened, type OpenedCall } from '../byte-law.js';
import { fakePcsc } from '../fake-pcsc.js';
import { fakeBox } from '../hosts/ble-box.js';
import { fakeHarmony } from '../hosts/harmony.js';
import { fakeAndroidNfc } from '../hosts/nfc.js';
import { deployment, KEY } from '../hosts/remote.js';
import { fakeWebSmartCard } from '../hosts/web-smart-card.js';
import { fakeWechat } from '../hosts/wechat.js';

type Transport = transports.Transport;

const env = envFrom(globalThis);
const COMMAND = '00B0950004';
const OTHER = '00B0960004';

/** Answers with the command it had: one that was wiped on its way shows. */
const mirror = (): CardLike => ({
  reset: () => Uint8Array.of(0x3b, 0x00),
  exchange: (command) => Uint8Array.from([...command, 0x90, 0x00]),
});

/** One command; two at once, of which one waits, where a transport has a line. */
function carries(
  open: () => Transport | Promise<Transport>,
  { lined = false } = {},
): OpenedCall<unknown>[] {
  const one = opened<Transport>({
    open,
    call: async (transport, give) => [await transport.transmit(give(COMMAND))],
  });
  const two = opened<Transport>({
    open,
    call: (transport, give) =>
      Promise.all([COMMAND, OTHER].map((hex) => transport.transmit(give(hex)))),
  });
  const batch = opened<Transport>({
    open,
    call: async (transport, give) =>
      transport.transmitBatch?.([give(COMMAND), give(OTHER)]) ?? 'no batches',
  });
  return lined ? [one, two, batch] : [one, batch];
}

const simulated = (): Transport => simulatorTransport(mirror());

/** A card that sends the right Le back first. */
function asksForLe(): Transport {
  return simulatorTransport({
    ...mirror(),
    exchange: (command) =>
      command[4] === 4 ? Uint8Array.of(0x6c, 0x05) : Uint8Array.from([...command, 0x90, 0x00]),
  });
}

/** Batches, as a good driver has them. */
function batching(): Transport {
  const card = mirror();
  return {
    ...simulatorTransport(card),
    info: { kind: 'batching', maxBatch: 4 },
    transmitBatch: async (commands) => {
      await Promise.resolve();
      return commands.map((command) => card.exchange(command));
    },
  };
}

function traced(transport: Transport): OpenedCall<unknown> {
  return opened({
    open: () => {
      const lines: string[] = [];
      const sink = (text: string): void => void lines.push(text);
      return { lines, transport: transports.withTrace(transport, sink, { redact: false }) };
    },
    call: async ({ lines, transport: wrapped }, give: Give) => {
      const answers = wrapped.transmitBatch?.([give(COMMAND), give(OTHER)]);
      return [await wrapped.transmit(give(COMMAND)), await answers, [...lines].sort()];
    },
  });
}

export const TRANSPORT_ROWS: ByteRows = {
  transmitAll: [simulated, batching].map((open) =>
    opened<Transport>({
      open,
      call: (transport, give) => transports.transmitAll(transport, [give(COMMAND), give(OTHER)]),
    }),
  ),
  transmitOne: [
    opened<Transport>({
      open: simulated,
      call: (transport, give) => transports.transmitOne(transport, give(COMMAND)),
    }),
  ],
  withTimeLimit: carries(() => transports.withTimeLimit(batching(), { env })),
  withFaults: [
    ...carries(() => transports.withFaults(batching(), [])),
    ...carries(() => transports.withFaults(simulated(), [{ exchange: 1, kind: 'garble' }])),
  ],
  withGetResponse: [
    ...carries(() => transports.withGetResponse(batching())),
    ...carries(() => transports.withGetResponse(asksForLe())),
  ],
  withQueue: carries(() => transports.withQueue(batching(), env), { lined: true }),
  withTrace: [traced(simulated()), traced(batching())],
  hostTransport: carries(() => {
    const card = mirror();
    return transports.hostTransport({
      info: { kind: 'host', maxBatch: 1 },
      exchange: async (command) => {
        await Promise.resolve();
        return card.exchange(command);
      },
      explain: () => undefined,
      close: () => Promise.resolve(),
    });
  }),
  replayTransport: carries(() => transports.replayTransport(`=> ${COMMAND}\n<= 01029000\n`)),
  isRepeatable: [(give) => transports.isRepeatable(give(COMMAND))],
};

export const TERMINAL_ROWS: ByteRows = {
  presentPin: [
    opened<Transport>({
      open: () => simulatorTransport({ ...mirror(), exchange: () => Uint8Array.of(0x90, 0x00) }),
      call: async (transport, give) => [await presentPin(transport, give('123456'))],
    }),
  ],
};

export const BLE_BOX_ROWS: ByteRows = {
  bleBoxTransport: carries(() => box.bleBoxTransport(fakeBox(mirror()).host, { env }), {
    lined: true,
  }),
};

/** A terminal that lends its card over a line in memory. */
async function lent(): Promise<Transport> {
  const sessionId = toHex(env.random(16));
  const { store, answer } = deployment();
  let isOpen: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => (isOpen = resolve));
  const server = answer({ onOpen: () => isOpen() });
  const link = { exchange: (text: string) => server(text), close: () => undefined };
  const options = { ...KEY, link, env, sessionId, waitMs: 50, pauseMs: 1 };
  void runRemoteTerminal({ ...options, transport: simulated() });
  await ready;
  return remoteTransport({ store, sessionId, env });
}

async function overTcp(): Promise<Transport> {
  const server = await serveCardOverTcp(mirror(), { port: 0 });
  const transport = await tcpTransport({ host: '127.0.0.1', port: server.port });
  const close = async (): Promise<void> => {
    await transport.close();
    await server.close();
  };
  return { ...transport, close };
}

function reader(): ReturnType<typeof fakePcsc> {
  const pcsc = fakePcsc();
  pcsc.insert(mirror());
  return pcsc;
}

async function connected(): Promise<Transport> {
  const [found] = reader().context.listReaders();
  if (found === undefined) throw new Error('no reader');
  return pcscTransport(await found.connect(1, 3));
}

export const DRIVER_ROWS = {
  simulator: { simulatorTransport: carries(simulated) },
  remote: { remoteTransport: carries(lent, { lined: true }) },
  tcp: { tcpTransport: carries(overTcp, { lined: true }) },
  nfc: { nfcTransport: carries(() => nfcTransport(fakeAndroidNfc(mirror()))) },
  wechat: { wechatTransport: carries(() => wechatTransport(fakeWechat(mirror()))) },
  harmony: { harmonyTransport: carries(() => harmonyTransport(fakeHarmony(mirror()))) },
  webSmartCard: {
    webSmartCardTransport: carries(() => webSmartCardTransport(fakeWebSmartCard(mirror()))),
  },
  pcsc: {
    openPcscReader: carries(() => openPcscReader(reader().context), { lined: true }),
    pcscTransport: carries(connected, { lined: true }),
  },
} satisfies Readonly<Record<string, ByteRows>>;

/** A card that reads, keeps a challenge, and is written to. */
const VISIT = ['00A40000021001', '0084000004', '0020000003123456', '80DCAAC803AA0101', COMMAND];

/** The whole visit by one card; what it remembers does not hang on the bytes it was given. */
function visit(card: simulator.VirtualCard, give: Give): unknown {
  const answers = VISIT.map((hex) => card.exchange(give(hex)));
  return [answers, () => JSON.stringify(card.state)];
}

const state = simulator.personalise({ kind: '3des-4x' });

export const SIMULATOR_ROWS: ByteRows = {
  exchange: VISIT.map((hex) => (give: Give) => {
    const [next, answer] = simulator.exchange(state, give(hex));
    return [answer, () => JSON.stringify(next)];
  }),
  createVirtualCard: [(give) => visit(simulator.createVirtualCard(state), give)],
  withT0: [(give) => visit(simulator.withT0(simulator.createVirtualCard(state)), give)],
};
