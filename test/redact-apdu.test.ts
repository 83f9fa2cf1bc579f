/** Planted canaries: nothing that identifies a person or moves money is in a recorded session. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../src/bytes.js';
import { maskCardNumber, redactText } from '../src/redact.js';
import { createSessionRedactor, redactExchange } from '../src/redact-apdu.js';
import { createVirtualCard, personalise, withT0 } from '../src/simulator/index.js';
import { createTestAuthority } from '../src/testing/index.js';
import { readCard, recharge } from '../src/terminal/index.js';
import { simulatorTransport } from '../src/transport/drivers/simulator.js';
import { withGetResponse, withTrace } from '../src/transport/index.js';
import { manualEnv } from './support/manual-env.js';

const CANARIES = {
  pin: toHex(Uint8Array.from('135790', (digit) => digit.charCodeAt(0))),
  cardNumber: '6201220000007654',
  plate: 'B8CA415A39393939', // 甘AZ9999
  holder: 'CDF5D0A1C3F7', // 王小明
  idNumber: toHex(Uint8Array.from('620102199001011234', (digit) => digit.charCodeAt(0))),
};

async function record(redact: boolean): Promise<{ trace: string; mac2: string }> {
  const { cardNumber } = CANARIES;
  const options = { plate: '甘AZ9999', holderName: '王小明', pin: '135790', cardNumber } as const;
  const card = createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 100, ...options }));
  let mac2 = '';
  const spied = {
    reset: () => card.reset(),
    exchange: (command: Uint8Array) => {
      if (command[1] === 0x52) mac2 = toHex(command.slice(12, 16));
      return card.exchange(command);
    },
  };
  let trace = '';
  const transport = withTrace(simulatorTransport(spied), (lines) => (trace += lines), { redact });
  const env = manualEnv();
  await readCard(transport, { holder: true, records: 3, pin: '135790' });
  const { authority } = createTestAuthority({ env });
  const result = await recharge({
    ...{ transport, authority, env, terminal: '000440101001', pin: '135790', outlet: 'self' },
    amountFen: 10_000,
    takePayment: () => Promise.resolve({ provider: 'cash', transactionId: '1', amountFen: 10_000 }),
  });
  expect(result.outcome).toBe('credited');
  return { trace, mac2 };
}

describe('a recorded session', () => {
  test('redacted, as it is by default: no canary', async () => {
    const { trace, mac2 } = await record(true);
    for (const [name, canary] of Object.entries({ ...CANARIES, mac2 })) {
      expect(trace.includes(canary), name).toBe(false);
    }
    expect(trace).toContain('=> 805200000B');
    expect(trace).toContain('**');
  });

  test('whole, for a laboratory: every canary is there, so the test above can fail', async () => {
    const { trace, mac2 } = await record(false);
    for (const [name, canary] of Object.entries({ ...CANARIES, mac2 })) {
      expect(trace.includes(canary), name).toBe(true);
    }
  });
});

describe('a recorded session below T=0', () => {
  test('no canary in the 61xx and GET RESPONSE either', async () => {
    const options = { plate: '甘AZ9999', holderName: '王小明', pin: '135790' } as const;
    const { cardNumber } = CANARIES;
    const card = withT0(
      createVirtualCard(personalise({ kind: '3des-4x', cardNumber, ...options })),
    );
    let trace = '';
    const driver = simulatorTransport(card, { protocol: 'T=0' });
    const transport = withGetResponse(withTrace(driver, (lines) => (trace += lines)));
    await readCard(transport, { holder: true, records: 3, pin: '135790' });
    for (const [name, canary] of Object.entries(CANARIES)) {
      expect(trace.includes(canary), name).toBe(false);
    }
    expect(trace).toMatch(/<= 61..\n=> 00C00000/);
  });
});

describe('redactExchange', () => {
  test.each([
    ['VERIFY', '0020000003123456', '', '0020000003******'],
    [
      'CREDIT FOR LOAD',
      '805200000B20260115103000AABBCCDD04',
      '',
      '805200000B20260115103000********04',
    ],
    ['a protected UPDATE', '04D6951808204012310A0B0C0D', '', '04D6951808****************'],
    ['VERIFY, extended', '00200000000006313233343536', '', '00200000000006************'],
    ['VERIFY with a wrong Lc', '0020000003313233343536', '', '0020000003************'],
    ['PIN CHANGE', '805E01000512FF123456', '', '805E010005**********'],
    ['a protected CREDIT', `845200000F${'11'.repeat(15)}`, '', `845200000F${'**'.repeat(15)}`],
    ['DEBIT', `805401000F${'11'.repeat(15)}08`, '', `805401000F${'11'.repeat(11)}********08`],
    ['GET BALANCE', '805C000204', '000013889000', '805C000204'],
  ])('%s', (_name, command, response, expected) => {
    expect(redactExchange(fromHex(command), fromHex(response))[0]).toBe(expected);
  });

  test('EF 0015 read from an offset: the same bytes are hidden', () => {
    const [, whole] = redactExchange(fromHex('00B0950032'), fromHex('11'.repeat(50) + '9000'));
    expect(whole.slice(0, 24)).toBe('11'.repeat(12));
    expect(whole.slice(24, 40)).toBe('*'.repeat(16));
    expect(whole.slice(56, 80)).toBe('*'.repeat(24));
    const [, part] = redactExchange(fromHex('00B0950C08'), fromHex('22'.repeat(8) + '9000'));
    expect(part).toBe('*'.repeat(16) + '9000');
  });

  test('EF 0012 carries a plate; what no table knows may carry anything', () => {
    const [, toll] = redactExchange(fromHex('00B0920028'), fromHex('11'.repeat(40) + '9000'));
    expect(toll).toBe('11'.repeat(24) + '*'.repeat(24) + '11'.repeat(4) + '9000');
    const [, part] = redactExchange(fromHex('00B092200A'), fromHex('11'.repeat(8) + '9000'));
    expect(part).toBe('*'.repeat(8) + '11'.repeat(4) + '9000');
    const [, other] = redactExchange(fromHex('00B08A0004'), fromHex('112233449000'));
    expect(other).toBe('*'.repeat(8) + '9000');
  });

  test.each(['00B0950C08', '00B0951032', '00B0920028', '00B0960000', '00A4000002DF01'])(
    'law: the status word is never hidden, however much of the file comes: %s',
    (command) => {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 60 }), (size) => {
          const response = fromHex('11'.repeat(size) + '6A82');
          expect(redactExchange(fromHex(command), response)[1]).toMatch(/6A82$/);
        }),
      );
    },
  );

  test('an FCI in pieces shows nothing that the whole would not', () => {
    const issue =
      '11'.repeat(12) + '6201220000007654' + '22'.repeat(8) + CANARIES.plate + '00000000';
    const fci = `6F3D840BA000000003869807010000A52E9F0C2B${issue}`;
    const [, whole] = redactExchange(fromHex('00A40000021001'), fromHex(`${fci}9000`));
    for (let cut = 0; cut <= fci.length; cut += 2) {
      const redact = createSessionRedactor();
      const [first, second] = [fci.slice(0, cut), fci.slice(cut)].map((piece) => fromHex(piece));
      const answers = [
        ['00A40000021001', `${toHex(first ?? fromHex(''))}6120`],
        ['00C0000020', `${toHex(second ?? fromHex(''))}9000`],
      ].map(([command = '', response = '']) => redact(fromHex(command), fromHex(response))[1]);
      const joined = answers.map((answer) => answer.slice(0, -4)).join('');
      for (const [at, char] of Array.from(whole.slice(0, -4)).entries()) {
        if (char === '*') expect(joined[at], `${String(cut)}: ${joined}`).toBe('*');
      }
    }
  });

  test('a session goes on: GET RESPONSE of a name hides the name', () => {
    const redact = createSessionRedactor();
    expect(redact(fromHex('00B0960006'), fromHex('6106'))[1]).toBe('6106');
    expect(redact(fromHex('00C0000006'), fromHex(`${CANARIES.holder}9000`))[1]).toBe(
      '************9000',
    );
    expect(redact(fromHex('805C000204'), fromHex('000013889000'))[1]).toBe('000013889000');
  });

  test('any bytes, even none, are redacted without a word', () => {
    for (const command of ['', '00', '0020', '00B095', '805200000B']) {
      expect(() => redactExchange(fromHex(command), fromHex('9000'))).not.toThrow();
    }
  });
});

describe('redact', () => {
  test('long numbers keep their last four', () => {
    expect(redactText('order 62012200000076541 of 2026')).toBe('order …6541 of 2026');
    expect(maskCardNumber('6201220000007654')).toBe('…7654');
  });
});
