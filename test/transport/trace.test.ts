import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/bytes.js';
import { isQuancunError } from '../../src/errors.js';
import { createVirtualCard, personalise } from '../../src/simulator/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import {
  formatTrace,
  parseTrace,
  replayTransport,
  type Trace,
  transmitAll,
  withFaults,
  withTrace,
} from '../../src/transport/index.js';
import { framingTransport } from '../support/hosts/framing.js';
import { manualEnv } from '../support/manual-env.js';

const card = () => createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5000 }));
const COMMANDS = ['00A40000023F00', '00A40000021001', '00B0950032', '805C000204'].map(fromHex);

describe('parseTrace and formatTrace', () => {
  const hex = fc.uint8Array({ minLength: 1, maxLength: 20 }).map(toHex);
  const exchange = fc.record(
    { command: hex, response: hex, durationMs: fc.nat(99_999) },
    { requiredKeys: ['command', 'response'] },
  );
  const lost = fc.record({
    command: hex,
    lost: fc.constantFrom('no' as const, 'maybe' as const, 'yes' as const),
  });
  const trace = fc.record(
    {
      atr: hex,
      facts: fc.array(fc.stringMatching(/^[a-z][a-z ]{0,10}[a-z]$/), { maxLength: 3 }),
      exchanges: fc.array(fc.oneof(exchange, lost), { maxLength: 6 }),
    },
    { requiredKeys: ['facts', 'exchanges'] },
  );

  test('law: parseTrace(formatTrace(t)) = t', () => {
    fc.assert(
      fc.property(trace, (t) => {
        expect(parseTrace(formatTrace(t as Trace))).toEqual(t);
      }),
    );
  });

  test('law: any text is a trace or a TRACE_MALFORMED that names the line', () => {
    const line = fc.constantFrom(
      '=> 00A4',
      '<= 9000',
      '# LOST',
      '# 5ms',
      '# ATR: 3B',
      '=> zz',
      '<=',
      'x',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(line).map((lines) => lines.join('\n')),
    );
    fc.assert(
      fc.property(text, (some) => {
        try {
          parseTrace(some);
        } catch (error) {
          expect(isQuancunError(error, 'TRACE_MALFORMED')).toBe(true);
          expect((error as { details: { line?: unknown } }).details.line).toBeGreaterThan(0);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('blanks in hex, Windows line ends, and an answer that never came', () => {
    expect(parseTrace('=> 00 a4 00 00\r\n<= 90 00\r\n=> 80 52\r\n').exchanges).toEqual([
      { command: '00A40000', response: '9000' },
      { command: '8052', lost: 'maybe' },
    ]);
  });
});

describe('withTrace and replayTransport', () => {
  async function record(redact: boolean): Promise<{ text: string; answers: string[] }> {
    let text = '';
    const sink = (lines: string) => (text += lines);
    const options = { redact, env: manualEnv() };
    const transport = withTrace(simulatorTransport(card()), sink, options);
    const answers: string[] = [];
    for (const command of COMMANDS) answers.push(toHex(await transport.transmit(command)));
    return { text, answers };
  }

  test('a recorded session replays, answer for answer', async () => {
    const { text, answers } = await record(false);
    const replay = replayTransport(text);
    expect(replay.info.atr).toEqual(simulatorTransport(card()).info.atr);
    for (const [index, command] of COMMANDS.entries()) {
      expect(toHex(await replay.transmit(command))).toBe(answers[index]);
    }
    await expect(replay.transmit(fromHex('805C000204'))).rejects.toMatchObject({
      code: 'REPLAY_ENDED',
      sent: 'no',
    });
  });

  test('redacted, it replays too: hidden bytes come back as zeros', async () => {
    const { text } = await record(true);
    const replay = replayTransport(text);
    let last = new Uint8Array(0);
    for (const command of COMMANDS.slice(0, 3))
      last = Uint8Array.from(await replay.transmit(command));
    expect(toHex(last.slice(12, 20))).toBe('0000000000000000');
    expect(toHex(last.slice(0, 4))).toBe('B8CACBE0');
  });

  test('a recorder that throws does not make a command look lost', async () => {
    const full = (): never => {
      throw new Error('the disk is full');
    };
    const transport = withTrace(simulatorTransport(card()), full);
    expect(toHex(await transport.transmit(fromHex('00A40000021001')))).toMatch(/9000$/);
    const lost = withFaults(simulatorTransport(card()), [{ exchange: 1, kind: 'lose-after' }]);
    await expect(withTrace(lost, full).transmit(fromHex('805C000204'))).rejects.toMatchObject({
      code: 'TRANSPORT_LOST',
      sent: 'maybe',
    });
  });

  test('another command is refused, and the recording stays where it is', async () => {
    const { text } = await record(false);
    const replay = replayTransport(text);
    await expect(replay.transmit(fromHex('00B0950032'))).rejects.toMatchObject({
      code: 'REPLAY_MISMATCH',
      details: { exchange: 1 },
      sent: 'no',
    });
    await expect(replay.transmit(fromHex('00A40000023F00'))).resolves.toBeDefined();
  });

  test('what was lost is lost again', async () => {
    let text = '';
    const faulty = withFaults(simulatorTransport(card()), [{ exchange: 2, kind: 'lose-after' }]);
    const transport = withTrace(faulty, (lines) => (text += lines));
    await transport.transmit(fromHex('00A40000023F00'));
    await expect(transport.transmit(fromHex('00A40000021001'))).rejects.toThrow();
    expect(text).toMatch(/# LOST maybe\n$/);
    const replay = replayTransport(text);
    await replay.transmit(fromHex('00A40000023F00'));
    await expect(replay.transmit(fromHex('00A40000021001'))).rejects.toMatchObject({
      code: 'TRANSPORT_LOST',
      sent: 'maybe',
    });
  });
});

describe('withFaults', () => {
  const INIT = fromHex('0020000006313233343530'); // a wrong PIN: the card counts it
  const tries = async (kind: 'lose-before' | 'lose-after') => {
    const virtual = card();
    const transport = withFaults(simulatorTransport(virtual), [{ exchange: 2, kind }]);
    await transport.transmit(fromHex('00A40000021001'));
    await expect(transport.transmit(INIT)).rejects.toMatchObject({ sent: 'maybe' });
    await expect(transport.transmit(INIT)).rejects.toMatchObject({ sent: 'no' });
    await transport.reset?.();
    await expect(transport.transmit(fromHex('00A40000021001'))).resolves.toBeDefined();
    return virtual.state.pin?.triesLeft;
  };

  test('before: the card never saw it; after: it did; the error says the same', async () => {
    expect(await tries('lose-before')).toBe(3);
    expect(await tries('lose-after')).toBe(2);
  });

  test('garble flips data, or the status word where there are none', async () => {
    const plan = [1, 2].map((exchange) => ({ exchange, kind: 'garble' as const }));
    const transport = withFaults(simulatorTransport(card()), plan);
    expect(toHex(await transport.transmit(fromHex('00A40000021001')))).toMatch(/5A9000$/);
    expect(toHex(await transport.transmit(fromHex('0020000006313233343536')))).not.toBe('9000');
    expect(transport.count()).toBe(2);
  });
});

describe('transmitAll', () => {
  test('stops after the first that does not answer 9000', async () => {
    const transport = withFaults(simulatorTransport(card()), []);
    const answers = await transmitAll(transport, [
      ...COMMANDS.slice(0, 2),
      fromHex('00B0990001'),
      fromHex('805C000204'),
    ]);
    expect(answers.map((answer) => toHex(answer.slice(-2)))).toEqual(['9000', '9000', '6981']);
    expect(transport.count()).toBe(3);
  });

  test('in frames where the host has them, and no longer than it says', async () => {
    const frames: number[] = [];
    const one = simulatorTransport(card());
    const transport = {
      ...one,
      info: { ...one.info, maxBatch: 3 },
      transmitBatch: async (commands: readonly Uint8Array[]) => {
        frames.push(commands.length);
        return Promise.all(commands.map((command) => one.transmit(command)));
      },
    };
    expect(await transmitAll(transport, COMMANDS)).toHaveLength(4);
    expect(frames).toEqual([3, 1]);
  });
});

describe('withTrace on a host with batches', () => {
  const commands = ['00A40000021001', '0020000006313233343536', '805C000204'].map((hex) =>
    fromHex(hex),
  );

  test('writes one exchange for each command, redacted, and it replays', async () => {
    let text = '';
    const card = createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5000 }));
    const { transport } = framingTransport(card, { maxBatch: 4 });
    const answers = await transmitAll(
      withTrace(transport, (lines) => (text += lines)),
      commands,
    );
    expect(parseTrace(text).exchanges).toHaveLength(3);
    expect(text).not.toContain('313233');
    expect((await transmitAll(replayTransport(text), commands)).at(-1)).toEqual(answers.at(-1));
  });

  test('a frame that was lost: every command of it may have been executed', async () => {
    let text = '';
    const card = createVirtualCard(personalise({ kind: '3des-4x' }));
    const { field, transport } = framingTransport(card, { maxBatch: 4 });
    field.lose('after', 1);
    const traced = withTrace(transport, (lines) => (text += lines));
    await expect(transmitAll(traced, commands)).rejects.toMatchObject({ sent: 'maybe' });
    expect(parseTrace(text).exchanges.map(({ lost }) => lost)).toEqual(['maybe', 'maybe', 'maybe']);
  });
});
