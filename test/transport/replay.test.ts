import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/bytes.js';
import { createVirtualCard, personalise } from '../../src/simulator/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import { replayTransport, withTrace } from '../../src/transport/index.js';

const COMMANDS = [
  '00A40000023F00',
  '00A40000021001',
  '00B0950032',
  '805C000204',
  '0020000003123456',
];

async function record(hexes: readonly string[], redact: boolean) {
  const card = createVirtualCard(personalise({ kind: '3des-4x' }));
  let text = '';
  const transport = withTrace(simulatorTransport(card), (lines) => (text += lines), { redact });
  const answers: string[] = [];
  for (const hex of hexes) answers.push(toHex(await transport.transmit(fromHex(hex))));
  return { text, answers };
}

describe('replayTransport', () => {
  const session = fc.array(fc.constantFrom(...COMMANDS), { minLength: 1, maxLength: 8 });

  test('law: any session replays, and then it has ended', async () => {
    await fc.assert(
      fc.asyncProperty(session, async (hexes) => {
        const { text, answers } = await record(hexes, false);
        const replay = replayTransport(text);
        for (const [index, hex] of hexes.entries()) {
          expect(toHex(await replay.transmit(fromHex(hex)))).toBe(answers[index]);
        }
        await expect(replay.transmit(fromHex('805C000204'))).rejects.toMatchObject({
          ...{ code: 'REPLAY_ENDED', sent: 'no', money: 'untouched' },
          details: { exchange: hexes.length },
        });
      }),
    );
  });

  test('law: redacted, it replays with the same status words and lengths', async () => {
    await fc.assert(
      fc.asyncProperty(session, async (hexes) => {
        const { text, answers } = await record(hexes, true);
        const replay = replayTransport(text);
        for (const [index, hex] of hexes.entries()) {
          const answer = toHex(await replay.transmit(fromHex(hex)));
          expect(answer).toHaveLength(answers[index]?.length ?? 0);
          expect(answer.slice(-4)).toBe(answers[index]?.slice(-4));
        }
      }),
    );
  });

  test('law: any one bit that differs, outside what is hidden, is another command', async () => {
    const { text } = await record(['00B0950032'], true);
    await fc.assert(
      fc.asyncProperty(fc.nat(39), async (bit) => {
        const other = fromHex('00B0950032');
        other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        await expect(replayTransport(text).transmit(other)).rejects.toMatchObject({
          code: 'REPLAY_MISMATCH',
          sent: 'no',
        });
      }),
    );
  });

  test('a hidden PIN may be any PIN of that length, and no other', async () => {
    const { text } = await record(['0020000003123456'], true);
    await expect(
      replayTransport(text).transmit(fromHex('0020000003999999')),
    ).resolves.toBeDefined();
    await expect(replayTransport(text).transmit(fromHex('00200000029999'))).rejects.toMatchObject({
      code: 'REPLAY_MISMATCH',
    });
  });

  test.each(['no', 'maybe', 'yes'])('LOST %s is lost the same way again', async (sent) => {
    const replay = replayTransport(`=> 805C000204\n# LOST ${sent}\n=> 805C000204\n<= 9000\n`);
    const balance = fromHex('805C000204');
    await expect(replay.transmit(balance)).rejects.toMatchObject({ code: 'TRANSPORT_LOST', sent });
    expect(toHex(await replay.transmit(balance))).toBe('9000');
  });

  test('what is no trace is refused at once, with its line', () => {
    expect(() => replayTransport('=> 00A4\nhello\n')).toThrow(
      expect.objectContaining({ code: 'TRACE_MALFORMED', details: { line: 2 } }),
    );
  });
});
