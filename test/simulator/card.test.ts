import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseResponse } from '../../src/apdu/index.js';
import { fromHex, toHex } from '../../src/bytes.js';
import { isQuancunError } from '../../src/errors.js';
import { ef0015 } from '../../src/etc/index.js';
import {
  createVirtualCard,
  exchange,
  passTollGate,
  personalise,
  reset,
  restoreCard,
  saveCard,
  withT0,
} from '../../src/simulator/index.js';
import { bareCard } from '../support/bare-card.js';
import { auditSession, type Wire } from '../support/purse-oracle.js';

const KINDS = ['3des-4x', 'sm4-5x', 'pass-card'] as const;

describe('personalise', () => {
  test.each([
    ['3des-4x', 22, '41', [0x01, 0x02]],
    ['sm4-5x', 22, '50', [0x41, 0x42]],
    ['pass-card', 23, '41', [0x01, 0x02]],
  ] as const)('%s', (kind, cardType, version, loadKeys) => {
    const card = personalise({ kind });
    const file = card.df.files.find(({ fid }) => fid === ef0015.FID)?.contents[0] ?? '';
    expect(ef0015.decode(fromHex(file))).toMatchObject({ cardType, version, plate: '甘A12345' });
    const load = card.keys.filter(({ use }) => use === 'load').map(({ index }) => index);
    expect(load).toEqual(loadKeys);
  });

  test('no two cards have a key in common', () => {
    const keys = ['6201220000001234', '6201220000001235'].flatMap((cardNumber) =>
      personalise({ kind: 'sm4-5x', cardNumber }).keys.map(({ value }) => value),
    );
    const [first, second] = [keys.slice(0, keys.length / 2), keys.slice(keys.length / 2)];
    expect(first.filter((key) => second.includes(key))).toEqual([]);
  });
});

describe('exchange', () => {
  test('is pure: the same card and command, the same answer', () => {
    const [card] = reset(personalise({ kind: '3des-4x' }));
    const frozen = JSON.stringify(card);
    const once = exchange(card, fromHex('0084000004'));
    expect(exchange(card, fromHex('0084000004'))).toEqual(once);
    expect(JSON.stringify(card)).toBe(frozen);
  });

  test('law: any bytes get an answer with a status word, and no card is ever richer for it', () => {
    const header = fc.constantFrom('00A4', '00B0', '8050', '8052', '8054', '805A', '80DC', '04D6');
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .tuple(header, fc.uint8Array({ maxLength: 24 }))
        .map(([h, rest]) => Uint8Array.from([...fromHex(h), ...rest])),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...KINDS),
        fc.array(bytes, { maxLength: 30 }),
        (kind, commands) => {
          const card = createVirtualCard(personalise({ kind, balanceFen: 1234 }));
          card.reset();
          card.exchange(fromHex('00A40000021001'));
          card.exchange(fromHex('0020000006313233343536'));
          for (const command of commands) {
            expect(parseResponse(card.exchange(command)).sw).toBeGreaterThanOrEqual(0x6000);
          }
          expect(card.state.ep).toEqual({ balanceFen: 1234, onlineAtc: 0, offlineAtc: 0 });
        },
      ),
    );
  });

  test.each([
    ['an unknown instruction', '00FE000000', '6D00'],
    ['a known one in another class', '80A4000002 1001', '6E00'],
    ['three bytes', '00A400', '6700'],
    ['a wrong Lc', '00A4000003 1001', '6700'],
    ['GET RESPONSE with nothing waiting', '00C0000010', '6F00'],
  ])('%s: %s → %s', (_why, command, sw) => {
    expect(bareCard({ kind: '3des-4x' }).send(command)).toBe(sw);
  });
});

describe('saveCard and restoreCard', () => {
  test('law: a restored card goes on as the saved one would after a reset', () => {
    const card = bareCard({ kind: 'sm4-5x', balanceFen: 500 });
    card.open();
    card.load(100);
    card.open();
    const restored = restoreCard(saveCard(card.state));
    expect(restored).toEqual(reset(card.state)[0]);
    const command = fromHex('0084000008');
    expect(exchange(restored, command)).toEqual(exchange(reset(card.state)[0], command));
  });

  test('law: any other text is refused with JSON_INVALID', () => {
    const saved = JSON.parse(saveCard(personalise({ kind: '3des-4x' }))) as Record<string, unknown>;
    const broken = fc
      .tuple(fc.constantFrom(...Object.keys(saved)), fc.jsonValue())
      .map(([name, value]) => JSON.stringify({ ...saved, [name]: value }));
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), broken), (text) => {
        try {
          const card = restoreCard(text);
          expect(exchange(card, fromHex('00A40000021001'))[1].length).toBeGreaterThanOrEqual(2);
        } catch (error) {
          expect(isQuancunError(error, 'JSON_INVALID')).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('withT0', () => {
  const t0 = () => {
    const card = withT0(createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5000 })));
    card.reset();
    return (hex: string) => toHex(card.exchange(fromHex(hex.replace(/\s/g, ''))));
  };

  test('data of a command with data waits for GET RESPONSE', () => {
    const send = t0();
    expect(send('00A4000002 3F00')).toBe('6117');
    expect(send('00C0000017')).toMatch(/^6F15.*9000$/);
    expect(send('00C0000017')).toBe('6F00');
  });

  test('in parts, and lost with the next command', () => {
    const send = t0();
    send('00A4000002 3F00');
    expect(send('00C0000010')).toMatch(/6107$/);
    expect(send('00C0000008')).toBe('6C07');
    expect(send('00C0000007')).toMatch(/9000$/);
    send('00A4000002 3F00');
    send('0084000004');
    expect(send('00C0000017')).toBe('6F00');
  });

  test('a wrong Le is told the right one', () => {
    const send = t0();
    send('00A4000002 1001');
    expect(send('805C000208')).toBe('6C04');
    expect(send('805C000200')).toBe('6C04');
    expect(send('805C000204')).toBe('000013889000');
    expect(send('00B0950033')).toBe('6C32');
  });
});

describe.each(['3des-4x', 'sm4-5x'] as const)('passTollGate with a %s card', (kind) => {
  test('takes the toll, writes the passage, proves type 09; OpenSSL agrees', async () => {
    const card = createVirtualCard(personalise({ kind, balanceFen: 5000 }));
    card.reset();
    const wires: Wire[] = [];
    const passage = await passTollGate(
      (command) => {
        const response = card.exchange(command);
        wires.push({ command, response });
        return Promise.resolve(response);
      },
      { amountFen: 1234 },
    );
    expect(passage).toMatchObject({ balanceAfterFen: 3766, offlineAtc: 0 });
    expect(card.state.ep).toEqual({ balanceFen: 3766, onlineAtc: 0, offlineAtc: 1 });
    const record = toHex(card.exchange(fromHex('00B2AAC82B')));
    expect(record).toBe(`AA29006201${'00'.repeat(38)}9000`);
    expect(toHex(card.exchange(fromHex('805A000902000108'))).slice(8, 16)).toBe(passage.tac);
    expect(auditSession(card.state, wires)).toEqual({ checked: 3, wrong: [] });
  });

  test('refused for lack of money: nothing was written', async () => {
    const card = createVirtualCard(personalise({ kind, balanceFen: 99 }));
    card.reset();
    const before = card.state.df;
    const pass = passTollGate((command) => Promise.resolve(card.exchange(command)), {
      amountFen: 100,
    });
    await expect(pass).rejects.toMatchObject({ code: 'TOLL_REFUSED', details: { sw: '9401' } });
    expect(card.state.df).toEqual(before);
  });
});

describe('compound purchase', () => {
  const INIT = '805003020B 01 00000001 000440101001 0F';
  const opened = () => {
    const card = bareCard({ kind: '3des-4x', balanceFen: 5000 });
    card.send('00A4000002 1001');
    return card;
  };

  test('UPDATE CAPP DATA CACHE: its refusals', () => {
    const card = opened();
    const record = `AA29${'00'.repeat(41)}`;
    expect(card.send(`80DCAAC82B ${record}`)).toBe('6901');
    card.send(INIT);
    expect(card.send(`80DCAAC82B AA28${'00'.repeat(41)}`)).toBe('6A80');
    expect(card.send(`80DC77C82B 7729${'00'.repeat(41)}`)).toBe('6A83');
    expect(card.send(`80DC05CC2B ${record}`)).toBe('6A83');
    expect(card.send(`80DCAAC82C AA2A${'00'.repeat(42)}`)).toBe('6A84');
    expect(card.send(`80DCAAC02B ${record}`)).toBe('6981');
    expect(card.send(`80DC01CC2B ${record}`)).toBe('9000');
  });

  test('no other transaction beside it, and it begins only from rest', () => {
    const card = opened();
    card.send(INIT);
    expect(card.send('805001020B 01 00000001 000440101001 0F')).toBe('6901');
    card.send('805001020B 01 00000001 000440101001 0F');
    expect(card.send(INIT)).toBe('6901');
    expect(card.send(INIT)).toMatch(/9000$/);
  });

  test('a reset throws the cached record away', () => {
    const card = opened();
    card.send(INIT);
    card.send(`80DCAAC82B AA29${'55'.repeat(41)}`);
    card.reset();
    card.send('00A4000002 1001');
    expect(card.send('00B2AAC82B')).toBe(`AA29${'00'.repeat(41)} 9000`);
    expect(card.send('805401000F 00000001 20261123100000 00000000 08')).toBe('6901');
  });

  test('a locked record: 9407', () => {
    const card = opened();
    const locked = { ...card.state, df: lockToll(card.state.df) };
    const virtual = createVirtualCard(locked);
    for (const hex of ['00A40000021001', INIT.replace(/ /g, '')]) virtual.exchange(fromHex(hex));
    const answer = virtual.exchange(fromHex(`80DCAAC82BAA29${'00'.repeat(41)}`));
    expect(toHex(answer)).toBe('9407');
  });
});

function lockToll(df: ReturnType<typeof personalise>['df']): typeof df {
  const files = df.files.map((file) =>
    file.fid === 0x19
      ? { ...file, contents: file.contents.map((hex) => `${hex.slice(0, 4)}01${hex.slice(6)}`) }
      : file,
  );
  return { ...df, files };
}
