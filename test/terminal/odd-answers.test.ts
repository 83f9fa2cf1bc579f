/**
 * Readers that answer what no message to the server can hold: it is no answer, and what becomes of
 * the order is told by what was sent before it.
 */
import { describe, expect, test } from 'vitest';
import type { LoadResult } from '../../src/terminal/index.js';
import type { Transport } from '../../src/transport/index.js';
import { openShop, type Shop } from '../support/shop.js';
import { tillOf } from '../support/till-of.js';

const CARD = { kind: '3des-4x', balanceFen: 5000 } as const;
const INITIALIZE = 0x50;
const CREDIT = 0x52;
const PROVE = 0x5a;

/** More than 256 bytes and a status word: an answer of no short command. */
const LONG = ((): Uint8Array => {
  const bytes = new Uint8Array(300).fill(0x11);
  bytes.set([0x90, 0x00], 298);
  return bytes;
})();

/** A reader that is wrong about some answers, counted by their instruction from 1. */
function oddReader(shop: Shop, ins: number, nth: number, isFrames = false): Transport {
  const { transport } = shop.insert();
  let count = 0;
  const transmit = async (command: Uint8Array): Promise<Uint8Array> => {
    const answer = await transport.transmit(command);
    if (command[1] !== ins) return answer;
    count += 1;
    return count >= nth ? LONG : answer;
  };
  if (!isFrames) return { ...transport, transmit };
  const transmitBatch = async (commands: readonly Uint8Array[]): Promise<Uint8Array[]> => {
    const answers: Uint8Array[] = [];
    for (const command of commands) answers.push(await transmit(command));
    return answers;
  };
  return { ...transport, info: { ...transport.info, maxBatch: 8 }, transmit, transmitBatch };
}

function codeOf(result: LoadResult): string {
  return 'error' in result ? result.error.code : '';
}

describe.each([
  ['one by one', false],
  ['in frames', true],
])('an answer of 300 bytes, %s', (_how, isFrames) => {
  test('to INITIALIZE before money: nothing was taken, once more is all', async () => {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    const transport = oddReader(shop, INITIALIZE, 1, isFrames);
    const { result } = await shop.recharge({ options: { ...till.options, transport } });
    expect(result).toMatchObject({ outcome: 'refused', paid: 'no', next: 'recharge' });
    expect([codeOf(result), till.slips.length]).toEqual(['TRANSPORT_FRAME', 0]);
  });

  test('to INITIALIZE of a paid order: no CREDIT was sent, 圈存 leads on', async () => {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    const transport = oddReader(shop, INITIALIZE, 2, isFrames);
    const { result } = await shop.recharge({ options: { ...till.options, transport } });
    expect(result).toMatchObject({ outcome: 'refused', paid: 'yes', next: 'load' });
    expect('error' in result && result.error.hint.zh).toContain('【圈存】');
    expect(shop.credits().sent).toBe(0);
    expect((await shop.load({ options: till.options })).result.outcome).toBe('credited');
    expect(shop.credits().accepted).toBe(1);
  });

  test('to CREDIT: held, and 圈存 finds out', async () => {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    const transport = oddReader(shop, CREDIT, 1, isFrames);
    const { result } = await shop.recharge({ options: { ...till.options, transport } });
    expect(result).toMatchObject({ outcome: 'held', paid: 'yes', next: 'load' });
    expect(codeOf(result)).toBe('LOAD_IN_DOUBT');
    const told = (await shop.load({ options: till.options })).result;
    expect(told).toMatchObject({ outcome: 'credited', written: 'earlier' });
    expect(shop.credits().accepted).toBe(1);
  });

  test('to GET TRANSACTION PROVE: held as before, and 圈存 finds out', async () => {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    await shop.recharge({ options: { ...till.options, transport: oddReader(shop, CREDIT, 1) } });
    const transport = oddReader(shop, PROVE, 1, isFrames);
    const { result } = await shop.load({ options: { ...till.options, transport } });
    expect(result).toMatchObject({ outcome: 'held', paid: 'yes', next: 'load' });
    expect((await shop.load({ options: till.options })).result.outcome).toBe('credited');
    expect(shop.credits().accepted).toBe(1);
  });
});

test.each(['load', 'recharge'] as const)('%s of a card number that is none', async (act) => {
  const shop = openShop({ card: CARD });
  const till = tillOf(shop);
  const { transport } = shop.insert();
  const transmit = async (command: Uint8Array): Promise<Uint8Array> => {
    const answer = await transport.transmit(command);
    if (command[1] !== 0xb0 || answer.length < 45) return answer;
    const odd = answer.slice();
    odd[19] = 0xaf;
    return odd;
  };
  const options = { ...till.options, transport: { ...transport, transmit } };
  const { result } = await shop[act]({ options });
  expect(result).toMatchObject({ outcome: 'refused', paid: act === 'load' ? 'unknown' : 'no' });
  expect([codeOf(result), till.slips.length]).toEqual(['CARD_NUMBER_UNREADABLE', 0]);
});
