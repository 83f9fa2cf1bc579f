/** Opening a transport has an end. */
import { describe, expect, test } from 'vitest';
import { openInTime } from '../../src/transport/index.js';
import { bleBoxTransport } from '../../src/transport/drivers/ble-box/index.js';
import { nfcTransport } from '../../src/transport/drivers/nfc.js';
import { wechatTransport } from '../../src/transport/drivers/wechat.js';

const never = (): Promise<never> => new Promise(() => undefined);
const callsNobody = (): void => undefined;
/** Time passes at once, unless the work is done first. */
const env = { sleep: () => new Promise<void>((resolve) => setTimeout(resolve, 5)) };
const limit = { env, openTimeoutMs: 5_000 };
const TIMEOUT = { code: 'TRANSPORT_TIMEOUT', sent: 'no', money: 'untouched' };

const HANGING: Readonly<Record<string, () => Promise<{ close(): Promise<void> }>>> = {
  'wechat: connect': () =>
    wechatTransport({ connect: callsNobody, transceive: callsNobody, close: callsNobody }),
  'wechat: the limit of an answer': () =>
    wechatTransport({
      connect: ({ success }) => {
        success({});
      },
      transceive: callsNobody,
      close: callsNobody,
      setTimeout: callsNobody,
    }),
  'nfc: the limit of an answer': () =>
    nfcTransport({ isoDepHandler: { transceive: never }, setTimeout: never }),
  'nfc: its longest command': () =>
    nfcTransport({ isoDepHandler: { transceive: never }, getMaxTransceiveLength: never }),
  'a Bluetooth box that says nothing and never closes': () =>
    bleBoxTransport(
      { onNotify: callsNobody, write: never, close: never },
      {
        env: { ...env, now: () => 0 },
      },
    ),
};

describe('a driver that never opens', () => {
  test.each(Object.entries(HANGING))('%s', async (_name, open) => {
    await expect(openInTime(open, limit)).rejects.toMatchObject(TIMEOUT);
  });
});

test('what opens in time is what was opened; what it throws is thrown', async () => {
  const transport = { close: () => Promise.resolve() };
  expect(await openInTime(() => Promise.resolve(transport), limit)).toBe(transport);
  const failing = openInTime(() => Promise.reject(new Error('no reader')), limit);
  await expect(failing).rejects.toThrow('no reader');
});

test('what opens after all is closed, and what it says to that is nobody’s', async () => {
  let closed = 0;
  let opens: (late: { close(): Promise<void> }) => void = () => undefined;
  const late = new Promise<{ close(): Promise<void> }>((resolve) => (opens = resolve));
  await expect(openInTime(() => late, limit)).rejects.toMatchObject(TIMEOUT);
  opens({
    close: () => {
      closed += 1;
      return Promise.reject(new Error('gone'));
    },
  });
  await new Promise((resolve) => setTimeout(resolve, 1));
  expect(closed).toBe(1);
});
