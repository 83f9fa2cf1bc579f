/**
 * Records vectors/traces: sessions of the simulated cards, with their keys. Needs a built package:
 * `npm run build && node scripts/record-traces.mjs`. The clock and the random numbers are fixed, so
 * the files are the same every time.
 */
import { writeFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import * as money from '../dist/money.js';
import * as simulator from '../dist/simulator.js';
import { load, recharge } from '../dist/terminal.js';
import { createTestAuthority } from '../dist/testing.js';
import { withFaults, withGetResponse, withTrace } from '../dist/transport.js';
import { simulatorTransport } from '../dist/transport/simulator.js';

const FOLDER = new URL('../vectors/traces/', import.meta.url);
const NOW_MS = Date.UTC(2026, 0, 15, 2, 0, 0);
const CIPHERS = { '3des-4x': '3des', 'sm4-5x': 'sm4' };

/** A deployment whose sessions are recorded whole, for test keys alone. */
function openShop(kind) {
  const card = simulator.createVirtualCard(simulator.personalise({ kind, balanceFen: 5000 }));
  let draws = 0;
  const env = {
    now: () => NOW_MS,
    random: (size) => Uint8Array.from({ length: size }, () => (draws += 7) & 0xff),
    sleep: () => setImmediate(),
  };
  const { authority } = createTestAuthority({ env });
  let lines = '';
  const insert = (faults = []) => {
    const traced = withTrace(
      withFaults(simulatorTransport(card), faults),
      (line) => (lines += line),
      {
        redact: false,
      },
    );
    return withGetResponse(traced);
  };
  const visit = (faults) => ({
    transport: insert(faults),
    authority,
    env,
    terminal: '000440101001',
    pin: '123456',
  });
  return {
    card,
    insert,
    recharge: (faults) =>
      recharge({
        ...visit(faults),
        amountFen: money.parseYuan('100'),
        outlet: 'self',
        takePayment: async ({ amountFen }) => ({ provider: 'cash', transactionId: '1', amountFen }),
      }),
    load: () => load(visit()),
    trace: () => lines,
  };
}

/** The keys of a card in the form of `--keys`. */
function keysOf(card, kind) {
  const algorithm = kind === 'sm4-5x' ? 4 : 0;
  const value = (use) =>
    card.state.keys.find((key) => key.use === use && key.algorithm === algorithm).value;
  return {
    cipher: CIPHERS[kind],
    loadKey: value('load'),
    tacKey: value('tac'),
    purchaseKey: value('purchase'),
    pin: '123456',
    pinForm: 'ascii',
  };
}

function write(name, facts, text) {
  const comment = facts.map((fact) => `# ${fact}\n`).join('');
  writeFileSync(new URL(name, FOLDER), comment + text);
}

for (const kind of Object.keys(CIPHERS)) {
  const name = CIPHERS[kind];
  const straight = openShop(kind);
  await straight.recharge();
  write(
    `${name}-recharge.txt`,
    [`A recharge of 100.00 on a simulated ${kind} card`],
    straight.trace(),
  );
  const keys = JSON.stringify(keysOf(straight.card, kind), null, 1);
  writeFileSync(new URL(`${name}-keys.json`, FOLDER), `${keys}\n`);

  const torn = openShop(kind);
  // Exchange 9 is CREDIT FOR LOAD: the card executes it, its answer is lost.
  await torn.recharge([{ exchange: 9, kind: 'lose-after' }]);
  await torn.load();
  write(
    `${name}-torn.txt`,
    ['CREDIT FOR LOAD loses its answer; 圈存 proves the credit by 805A'],
    torn.trace(),
  );

  const toll = openShop(kind);
  const lane = toll.insert();
  const pass = (command) => lane.transmit(command);
  await simulator.passTollGate(pass, { amountFen: 1234, date: '20260115', time: '103000' });
  write(`${name}-toll.txt`, ['A toll of 12.34 by compound purchase'], toll.trace());
}
