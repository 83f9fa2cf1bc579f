import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/bytes.js';
import { QuancunError } from '../../src/errors.js';
import { createVirtualCard, personalise, withT0 } from '../../src/simulator/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import {
  isRepeatable,
  transmitAll,
  type Transport,
  withGetResponse,
} from '../../src/transport/index.js';
import { framingTransport } from '../support/hosts/framing.js';

const SESSION = [
  '00A40000023F0000',
  '00A4000002100100',
  '00B0950032',
  '00B0950000',
  '805C000204',
  '0020000006313233343536',
  '805000020B010000271000044010100110',
  '805A00020200010 8'.replace(' ', ''),
  '00FF000000',
];

/** Answers from a list; keeps what it was asked. */
function scripted(...answers: readonly string[]) {
  const asked: string[] = [];
  const transport: Transport = {
    info: { kind: 'scripted', maxBatch: 1 },
    transmit: (command) => {
      asked.push(toHex(command));
      return Promise.resolve(fromHex(answers[asked.length - 1] ?? answers.at(-1) ?? ''));
    },
    close: () => Promise.resolve(),
  };
  return { asked, transport: withGetResponse(transport) };
}

describe('withGetResponse', () => {
  test('an extended command goes out whole in short form below T=0, which carries one length byte', async () => {
    const asked: string[] = [];
    const driver: Transport = {
      info: { kind: 'scripted', maxBatch: 1, protocol: 'T=0' },
      transmit: (command) => {
        asked.push(toHex(command));
        return Promise.resolve(fromHex('9000'));
      },
      close: () => Promise.resolve(),
    };
    await withGetResponse(driver).transmit(fromHex('00A40000 000002 1001 0100'.replace(/ /g, '')));
    expect(asked).toEqual(['00A40000021001']);
  });

  test.each(['T=0', 'T=CL'] as const)('%s looks the same from above', async (protocol) => {
    const plain = createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5000 }));
    const other = createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5000 }));
    const t0 = withGetResponse(simulatorTransport(withT0(other), { protocol }));
    const direct = simulatorTransport(plain);
    for (const hex of SESSION) {
      const [a, b] = [await direct.transmit(fromHex(hex)), await t0.transmit(fromHex(hex))];
      expect(toHex(b)).toBe(toHex(a));
    }
  });

  test('6Cxx: the same command with the right Le, once, where that is harmless', async () => {
    const { asked, transport } = scripted('6C2B', 'AA9000');
    expect(toHex(await transport.transmit(fromHex('00B0950032')))).toBe('AA9000');
    expect(asked).toEqual(['00B0950032', '00B095002B']);
  });

  test.each([
    ['CREDIT FOR LOAD', '805200000B20260115103000AABBCCDD04'],
    ['DEBIT FOR PURCHASE', '805401000F0000000120260115103000AABBCCDD08'],
    ['VERIFY', '0020000003123456'],
    ['UPDATE BINARY', '00D6890001AA'],
  ])('%s is never sent twice, whatever the card answers', async (_name, command) => {
    for (const answer of ['6C04', '6CFF', '6985', '6F00', '9000', '63C1']) {
      const { asked, transport } = scripted(answer);
      expect(toHex(await transport.transmit(fromHex(command)))).toBe(answer);
      expect(asked).toEqual([command]);
    }
    expect(isRepeatable(fromHex(command))).toBe(false);
  });

  test('61xx in parts; one without an end is given up, and was executed', async () => {
    const parts = scripted('1161 02'.replace(' ', ''), '22336101', '449000');
    expect(toHex(await parts.transport.transmit(fromHex('00A40000023F00')))).toBe('112233449000');
    expect(parts.asked.slice(1)).toEqual(['00C0000002', '00C0000001']);
    const endless = scripted('6110');
    await expect(endless.transport.transmit(fromHex('00A40000023F00'))).rejects.toMatchObject({
      code: 'TRANSPORT_CHAIN',
      sent: 'yes',
    });
    expect(endless.asked.length).toBeLessThanOrEqual(6);
  });
});

test('isRepeatable: reading is, and nothing unknown is', () => {
  for (const hex of [
    '00A4000002',
    '00B0950032',
    '00B201C417',
    '0084000004',
    '8050000200',
    '805C000204',
    '805A000202',
  ]) {
    expect(isRepeatable(fromHex(hex))).toBe(true);
  }
  for (const hex of ['', '00', '80', '00C0000010', '84160000', '805801', '80DC', 'FF00']) {
    expect(isRepeatable(fromHex(hex))).toBe(false);
  }
});

describe('torn while the answer is fetched', () => {
  const CREDIT = '805200000B20260115103000AABBCCDD04';

  /** Announces four bytes, then fails the GET RESPONSE with what the test says. */
  function torn(error: QuancunError) {
    let count = 0;
    return withGetResponse({
      info: { kind: 'torn', maxBatch: 1 },
      transmit: () => (++count === 1 ? Promise.resolve(fromHex('6104')) : Promise.reject(error)),
      close: () => Promise.resolve(),
    });
  }

  test.each([
    ['TRANSPORT_LOST', 'no'],
    ['TRANSPORT_LOST', 'maybe'],
    ['TRANSPORT_TIMEOUT', 'maybe'],
    ['TRANSPORT_ABORTED', 'no'],
    ['TRANSPORT_CLOSED', 'no'],
  ] as const)('%s, %s: the credit was executed, the money is not untouched', async (code, sent) => {
    const error = new QuancunError(code, { sent, money: 'untouched', details: { timeoutMs: 5 } });
    await expect(torn(error).transmit(fromHex(CREDIT))).rejects.toMatchObject({
      ...{ code, sent: 'yes', money: 'in-doubt', details: { timeoutMs: 5 } },
    });
  });

  test('a loss before any answer stays what it was', async () => {
    const lost = new QuancunError('TRANSPORT_CLOSED', { sent: 'no' });
    const transport = withGetResponse({
      info: { kind: 'closed', maxBatch: 1 },
      transmit: () => Promise.reject(lost),
      close: () => Promise.resolve(),
    });
    await expect(transport.transmit(fromHex(CREDIT))).rejects.toBe(lost);
  });
});

test('in a batch: the frame ends at 61xx, which is fetched, and the rest goes on', async () => {
  const build = () => createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5000 }));
  const card = build();
  const commands = ['00A40000023F00', '00A40000021001', '00B0950032', '805C000204'].map((hex) =>
    fromHex(hex),
  );
  const t0 = framingTransport(withT0(card), { maxBatch: 8, protocol: 'T=0' });
  const t1 = framingTransport(build(), { maxBatch: 8 });
  const got = await transmitAll(withGetResponse(t0.transport), commands);
  expect(got.map(toHex)).toEqual((await transmitAll(t1.transport, commands)).map(toHex));
  expect(t1.frames()).toBe(1);
  expect(t0.frames()).toBeGreaterThan(1);
});

test('in a batch that answers nothing there is nothing to fetch', async () => {
  const { transport } = framingTransport(
    withT0(createVirtualCard(personalise({ kind: '3des-4x' }))),
    {
      maxBatch: 8,
    },
  );
  const silent = { ...transport, transmitBatch: () => Promise.resolve([]) };
  expect(await withGetResponse(silent).transmitBatch?.([fromHex('805C000204')])).toEqual([]);
});
