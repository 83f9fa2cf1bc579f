/** Cards as the field has them: each says a thing in its own way, and is understood. */
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/bytes.js';
import {
  createVirtualCard,
  parseProfile,
  personalise,
  type PersonaliseOptions,
} from '../../src/simulator/index.js';
import { expectBalance, readCard, verifyPin } from '../../src/terminal/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import { openShop } from '../support/shop.js';

type Overlay = (command: string, right: () => string) => string | undefined;

/** A simulated card, and what is answered in its place. */
function oddCard(overlay: Overlay, options: Partial<PersonaliseOptions> = {}) {
  const card = createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5000, ...options }));
  const sent: string[] = [];
  const exchange = (command: Uint8Array): Uint8Array => {
    sent.push(toHex(command));
    const right = (): string => toHex(card.exchange(command));
    return fromHex(overlay(toHex(command), right) ?? right());
  };
  return { transport: simulatorTransport({ reset: () => card.reset(), exchange }), sent, card };
}

const FCI = '6F0B8409A00000000386980701';
const NAMED = '00A40400';
const IS_DF = /^00A4(00000210|0400)/;

describe('a card that is locked', () => {
  test.each<[string, Overlay]>([
    ['6A81 with its FCI', (c) => (IS_DF.test(c) ? `${FCI}6A81` : undefined)],
    ['6A81, where the MF is found', (c) => (IS_DF.test(c) ? '6A81' : undefined)],
    ['6A81 to everything', () => '6A81'],
    ['6283 at SELECT', (c) => (IS_DF.test(c) ? '6283' : undefined)],
    ['9303 at SELECT', (c) => (IS_DF.test(c) ? '9303' : undefined)],
    ['6985 to EF 0015', (c) => (c.startsWith('00B0') ? '6985' : undefined)],
    ['9303 to EF 0015', (c) => (c.startsWith('00B0') ? '9303' : undefined)],
  ])('%s: CARD_LOCKED', async (_name, overlay) => {
    const error = await readCard(oddCard(overlay).transport).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'CARD_LOCKED', money: 'untouched' });
  });

  test.each(['6985', '9303', '6A81'])(
    '%s to GET BALANCE alone: read, shown, and not recharged',
    async (sw) => {
      const overlay: Overlay = (command) => (command.startsWith('805C') ? sw : undefined);
      const reading = await readCard(oddCard(overlay).transport);
      expect(reading).toMatchObject({
        issue: { plate: '甘A12345' },
        balanceError: { code: 'CARD_LOCKED', details: { sw } },
      });
      expect(reading).not.toHaveProperty('balanceFen');
      expect(() => expectBalance(reading)).toThrow(
        expect.objectContaining({ code: 'CARD_LOCKED' }),
      );
    },
  );

  test('a card of another kind is none: no SELECT by identifier, and no such name', async () => {
    const overlay: Overlay = (command) => (command.startsWith(NAMED) ? '6A82' : '6A81');
    await expect(readCard(oddCard(overlay).transport)).rejects.toMatchObject({
      code: 'NOT_AN_ETC_CARD',
    });
  });
});

describe('a balance that is refused', () => {
  const refusing: Overlay = (command) => (command.startsWith('805C') ? '6982' : undefined);

  test('what was read is shown, with the reason', async () => {
    const reading = await readCard(oddCard(refusing).transport);
    expect(reading.issue.cardNumber).toBe('6201220000001234');
    expect(reading.balanceError).toMatchObject({ code: 'CARD_REFUSED', details: { sw: '6982' } });
  });

  test('no money is taken for it, and no order is made', async () => {
    const shop = openShop({ card: { kind: '3des-4x', balanceFen: 5000 } });
    let asked = 0;
    const { transport } = oddCard(refusing);
    const takePayment = () => {
      asked += 1;
      return Promise.resolve({ provider: 'cash', transactionId: 'x1', amountFen: 10_000 });
    };
    const { result } = await shop.recharge({ options: { transport, takePayment } });
    expect(result).toMatchObject({ outcome: 'refused', error: { code: 'CARD_REFUSED' } });
    expect([asked, 'orderId' in result]).toEqual([0, false]);
  });
});

describe('four bytes that are no millions', () => {
  const said =
    (balance: string): Overlay =>
    (command) =>
      command.startsWith('805C') ? `${balance}9000` : undefined;

  test.each([
    ['FFFFFFFE', -2],
    ['8000164E', 5710],
    ['7FFFFFFF', 0x7fffffff],
  ])('a stored-value card that says %s holds %i fen', async (balance, balanceFen) => {
    const reading = await readCard(oddCard(said(balance)).transport);
    expect(reading).toMatchObject({ balanceFen, rawBalance: parseInt(balance, 16) });
  });

  test.each(['FA0A1E33', 'FFFFFFFE', '7FFFFFFF', '00001388'])(
    'a pass card that says %s has no balance: it counts what was billed',
    async (balance) => {
      const reading = await readCard(oddCard(said(balance), { kind: 'pass-card' }).transport);
      expect(reading).not.toHaveProperty('balanceFen');
      expect(reading.rawBalance).toBe(parseInt(balance, 16));
    },
  );
});

test('an overdrawn card is not loaded: what its four bytes would run over to is not known', async () => {
  const profile = parseProfile({ overflowChecked: false, maxBalanceFen: 0xffffffff });
  const shop = openShop({ card: { kind: '3des-4x', balanceFen: 0xfffffffe, profile } });
  const { result } = await shop.recharge();
  expect(result).toMatchObject({ outcome: 'refused', error: { code: 'BALANCE_LIMIT' } });
  expect(shop.credits().sent).toBe(0);
});

test('a city card, whose EF 0015 has 30 bytes, is no ETC card', async () => {
  const overlay: Overlay = (command) =>
    command.startsWith('00B0') ? `${'00'.repeat(30)}9000` : undefined;
  await expect(readCard(oddCard(overlay).transport)).rejects.toMatchObject({
    code: 'NOT_AN_ETC_CARD',
    details: { size: 30 },
  });
});

describe('SELECT with Le = 00 answered 6700', () => {
  const wantsNoLe: Overlay = (command) =>
    command.startsWith('00A4') && parseInt(command.slice(8, 10), 16) * 2 + 10 !== command.length
      ? '6700'
      : undefined;

  test('once more without Le; the holder too', async () => {
    const { transport, sent } = oddCard(wantsNoLe);
    const reading = await readCard(transport, { holder: true });
    expect(reading).toMatchObject({ balanceFen: 5000, holder: { holderName: '张三丰' } });
    expect(sent.filter((command) => command.startsWith('00A4')).at(-1)).toBe('00A40000021001');
  });

  test('a recharge of such a card', async () => {
    const shop = openShop({ card: { kind: '3des-4x', balanceFen: 5000 } });
    const { transport: inner } = shop.insert();
    const transport = {
      ...inner,
      transmit: (command: Uint8Array) => {
        const refused = wantsNoLe(toHex(command), () => '');
        return refused === undefined ? inner.transmit(command) : Promise.resolve(fromHex(refused));
      },
    };
    const { result } = await shop.recharge({ options: { transport } });
    expect(result).toMatchObject({ outcome: 'credited', balanceAfterFen: 15_000 });
  });

  test('refused without Le as well: said once, and no third time', async () => {
    const { transport, sent } = oddCard((command) =>
      command.startsWith('00A4') ? '6700' : undefined,
    );
    await expect(readCard(transport)).rejects.toMatchObject({ code: 'NOT_AN_ETC_CARD' });
    expect(sent).toHaveLength(6);
  });
});

describe('a PIN', () => {
  /** The shop's card behind a reader that says another thing to some commands. */
  const inReader = (shop: ReturnType<typeof openShop>, overlay: Overlay) => {
    const { transport } = shop.insert();
    return {
      ...transport,
      transmit: (command: Uint8Array) => {
        const said = overlay(toHex(command), () => '');
        if (said === undefined) return transport.transmit(command);
        return said.startsWith('00')
          ? transport.transmit(fromHex(said))
          : Promise.resolve(fromHex(said));
      },
    };
  };

  test.each(['9403', '6A88', '6A82'])('absent, said as %s: the card is loaded', async (sw) => {
    const profile = parseProfile({ pinForLoad: false });
    const shop = openShop({ card: { kind: '3des-4x', balanceFen: 5000, pin: null, profile } });
    const transport = inReader(shop, (command) => (command.startsWith('0020') ? sw : undefined));
    const { result } = await shop.recharge({ options: { transport } });
    expect(result).toMatchObject({ outcome: 'credited', balanceAfterFen: 15_000 });
  });

  test.each([
    ['41', 'bcd', '0020000003123456'],
    ['10', 'ascii', '0020000006313233343536'],
    ['10', undefined, '0020000003123456'],
    ['41', undefined, '0020000006313233343536'],
  ] as const)('of version %s in form %s', async (version, form, command) => {
    const { transport, sent } = oddCard(() => '9000');
    await verifyPin(transport, '123456', version, form);
    expect(sent).toEqual([command]);
  });

  test('in the form that is said, for records and for a load', async () => {
    // A card of version 41 whose PIN is BCD all the same.
    const shop = openShop({ card: { kind: '3des-4x', balanceFen: 5000 } });
    const ascii = '0020000006313233343536';
    const isBcd: Overlay = (command) =>
      command === '0020000003123456' ? ascii : command === ascii ? '63C2' : undefined;
    const transport = inReader(shop, isBcd);
    expect((await shop.recharge({ options: { transport } })).result).toMatchObject({
      error: { code: 'PIN_WRONG' },
    });
    expect(shop.payments()).toBe(0);
    const { result } = await shop.recharge({ options: { transport, pinForm: 'bcd' } });
    expect(result.outcome).toBe('credited');
    const options = { records: 1, pin: '123456', pinForm: 'bcd' } as const;
    expect((await readCard(transport, options)).records).toHaveLength(1);
  });

  test('9303: the application is locked for ever', async () => {
    const { transport } = oddCard(() => '9303');
    await expect(verifyPin(transport, '123456', '41')).rejects.toMatchObject({
      code: 'CARD_LOCKED',
    });
  });
});

test('what to select can be said; the last of it must be found', async () => {
  const name = fromHex('A00000000386980701');
  const { transport, sent } = oddCard(() => undefined);
  await readCard(transport, { select: [{ fid: 0xdf01 }, { dfName: name }] });
  expect(sent.slice(0, 2).map((command) => command.slice(0, 8))).toEqual(['00A40000', NAMED]);
  await expect(
    readCard(oddCard(() => undefined).transport, { select: [{ dfName: name }, { fid: 0xdf01 }] }),
  ).rejects.toMatchObject({ code: 'NOT_AN_ETC_CARD' });
});

describe('a terminal without a PIN', () => {
  const pin = undefined as unknown as string;

  test('a card that asks for one: no card is to blame, the administrator sets it', async () => {
    const shop = openShop({ card: { kind: '3des-4x', balanceFen: 5000 } });
    const { result } = await shop.recharge({ options: { pin } });
    expect(result).toMatchObject({
      ...{ outcome: 'refused', paid: 'no', next: 'as-told' },
      error: { code: 'PIN_NOT_SET', actor: 'administrator', stop: true },
    });
    expect('error' in result && result.error.hint.zh).not.toContain('再试');
    expect(shop.payments()).toBe(0);
  });

  test('a paid order of another terminal keeps its payment', async () => {
    const shop = openShop({ card: { kind: '3des-4x', balanceFen: 5000 } });
    const next = () => Promise.reject(new Error('the line is cut'));
    const authority = { ...shop.authority, next };
    await shop.recharge({ options: { authority } });
    const { result } = await shop.load({ options: { pin } });
    expect(result).toMatchObject({
      ...{ outcome: 'refused', paid: 'yes', next: 'as-told' },
      error: { code: 'PIN_NOT_SET' },
    });
    expect('error' in result && result.error.hint.zh).toContain('已付款项保留');
    expect((await shop.load()).result.outcome).toBe('credited');
  });
});
