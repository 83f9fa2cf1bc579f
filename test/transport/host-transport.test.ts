import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/bytes.js';
import { QuancunError } from '../../src/errors.js';
import { type HostDriver, hostTransport } from '../../src/transport/index.js';

const SELECT = fromHex('00A40000021001');

/** A host that the test answers by hand. */
function manualHost(changes: Partial<HostDriver> = {}) {
  const asked: { command: Uint8Array; answer(hex: string): void; fail(error: unknown): void }[] =
    [];
  const driver: HostDriver = {
    info: { kind: 'manual', maxBatch: 1 },
    exchange: (command) =>
      new Promise((resolve, fail) => {
        asked.push({ command, answer: (hex) => resolve(fromHex(hex)), fail });
      }),
    explain: () => undefined,
    close: () => Promise.resolve(),
    ...changes,
  };
  return { asked, transport: hostTransport(driver) };
}

describe('hostTransport', () => {
  test('one exchange at a time: a second is refused, unsent, and a third works', async () => {
    const { asked, transport } = manualHost();
    const first = transport.transmit(SELECT);
    await expect(transport.transmit(SELECT)).rejects.toMatchObject({
      ...{ code: 'TRANSPORT_BUSY', sent: 'no', money: 'untouched' },
    });
    asked[0]?.answer('9000');
    expect(toHex(await first)).toBe('9000');
    const third = transport.transmit(SELECT);
    asked[1]?.answer('6A82');
    expect(toHex(await third)).toBe('6A82');
  });

  test('the host gets a copy that it may keep and change', async () => {
    const { asked, transport } = manualHost();
    const command = SELECT.slice();
    const exchange = transport.transmit(command);
    asked[0]?.command.fill(0);
    expect(command).toEqual(SELECT);
    expect(asked[0]?.command.buffer.byteLength).toBe(SELECT.length);
    asked[0]?.answer('9000');
    await exchange;
  });

  test('an error that the driver does not know: lost, maybe, the cause kept and hidden', async () => {
    const { asked, transport } = manualHost();
    const exchange = transport.transmit(SELECT);
    const cause = new Error('sending 00A4');
    asked[0]?.fail(cause);
    const error: unknown = await exchange.catch((one: unknown) => one);
    expect(error).toMatchObject({ code: 'TRANSPORT_LOST', sent: 'maybe', cause });
    expect(JSON.stringify(error)).not.toContain('00A4');
  });

  test('an error of ours comes up as it is', async () => {
    const own = new QuancunError('TRANSPORT_TIMEOUT', { sent: 'maybe' });
    const { transport } = manualHost({ exchange: () => Promise.reject(own) });
    await expect(transport.transmit(SELECT)).rejects.toBe(own);
  });

  test('an error of ours that does not say what was sent is one of the host', async () => {
    const transport = hostTransport({
      info: { kind: 'hex', maxBatch: 1 },
      exchange: async () => fromHex('not hex'),
      explain: () => undefined,
      close: () => Promise.resolve(),
    });
    await expect(transport.transmit(SELECT)).rejects.toMatchObject({
      code: 'TRANSPORT_LOST',
      sent: 'maybe',
    });
  });

  test('a host that throws instead of rejecting, or answers nothing', async () => {
    const throwing = manualHost({
      exchange: () => {
        throw new Error('no');
      },
    });
    await expect(throwing.transport.transmit(SELECT)).rejects.toMatchObject({ sent: 'maybe' });
    const silent = manualHost({ exchange: () => Promise.resolve(undefined) });
    await expect(silent.transport.transmit(SELECT)).rejects.toMatchObject({
      code: 'TRANSPORT_FRAME',
      sent: 'yes',
    });
  });

  test('longer than the host carries: refused, unsent', async () => {
    const { asked, transport } = manualHost({
      info: { kind: 'manual', maxBatch: 1, maxCommandBytes: 6 },
    });
    await expect(transport.transmit(SELECT)).rejects.toMatchObject({
      ...{ code: 'TRANSPORT_TOO_LONG', sent: 'no', details: { size: 7 } },
    });
    expect(asked).toEqual([]);
  });

  test('a host that fails to close is closed', async () => {
    const { transport } = manualHost({ close: () => Promise.reject(new Error('not open')) });
    await transport.close();
    await expect(transport.transmit(SELECT)).rejects.toMatchObject({ code: 'TRANSPORT_CLOSED' });
    expect(transport.reset).toBeUndefined();
  });

  test('an answer under way when it is closed is still an answer', async () => {
    const { asked, transport } = manualHost();
    const exchange = transport.transmit(SELECT);
    await transport.close();
    asked[0]?.answer('9000');
    expect(toHex(await exchange)).toBe('9000');
    await expect(transport.transmit(SELECT)).rejects.toMatchObject({ code: 'TRANSPORT_CLOSED' });
  });
});
