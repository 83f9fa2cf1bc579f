import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../../src/bytes.js';
import { envFrom } from '../../../../src/env.js';
import { createVirtualCard, personalise } from '../../../../src/simulator/index.js';
import { load, type LoadResult, recharge } from '../../../../src/terminal/index.js';
import { createTestAuthority } from '../../../../src/testing/index.js';
import {
  type BleBoxOptions,
  bleBoxTransport,
} from '../../../../src/transport/drivers/ble-box/index.js';
import { simulatorTransport } from '../../../../src/transport/drivers/simulator.js';
import { transmitAll } from '../../../../src/transport/index.js';
import { type BoxPlan, type FakeBox, fakeBox } from '../../../support/hosts/ble-box.js';

const env = envFrom(globalThis);
const SELECT_MF = fromHex('00A40000023F00');
const SELECT = fromHex('00A40000021001');
const BALANCE = fromHex('805C000204');
const READ = fromHex('00B0950032');
const VERIFY = fromHex('0020000006313233343536');
const MISSING = fromHex('00A40000021234');
const UNKNOWN = fromHex('00FF000000');
const OPENING_FEN = 5_000;
const AMOUNT_FEN = 10_000;

const newCard = () =>
  createVirtualCard(personalise({ kind: '3des-4x', balanceFen: OPENING_FEN, onlineAtc: 7 }));

async function open(plan: BoxPlan = {}, options: Partial<BleBoxOptions> = {}, card = newCard()) {
  const box = fakeBox(card, plan);
  const transport = await bleBoxTransport(box.host, { env, answerTimeoutMs: 2_000, ...options });
  return { box, card, transport };
}

describe('bleBoxTransport', () => {
  test.each([
    ['33', 'frame-33'],
    ['50', 'frame-50'],
  ] as const)('frame %s: looks like any other reader', async (frame, dialect) => {
    const { box, transport } = await open({ frame }, { dialect });
    const twin = simulatorTransport(newCard());
    expect(await transport.reset?.()).toEqual(twin.info.atr);
    for (const command of [SELECT_MF, SELECT, READ, BALANCE, UNKNOWN]) {
      expect(toHex(await transport.transmit(command))).toBe(toHex(await twin.transmit(command)));
    }
    expect(box.seen.longest).toBeLessThanOrEqual(20);
    await transport.close();
    await expect(transport.transmit(SELECT)).rejects.toMatchObject({
      code: 'TRANSPORT_CLOSED',
      sent: 'no',
    });
  });

  test.each([1, 3, 20, 180])('notifications of %d bytes', async (notifyBytes) => {
    const { transport } = await open({ notifyBytes });
    expect(await transport.transmitBatch?.([SELECT_MF, SELECT, READ, BALANCE])).toHaveLength(4);
  });

  test('several commands travel in one message; what follows a failure is not answered', async () => {
    const { box, transport } = await open();
    const commands = [SELECT_MF, SELECT, READ, BALANCE];
    expect(await transmitAll(transport, commands)).toHaveLength(4);
    expect(box.seen).toMatchObject({ messages: 1, commands: commands.map(toHex) });
    const stopped = await transmitAll(transport, [SELECT, UNKNOWN, BALANCE]);
    expect(stopped.map((answer) => toHex(answer).slice(-4))).toEqual(['9000', '6D00']);
  });

  test('what must not run after a failure does not share a message with what may fail', async () => {
    const { box, transport } = await open();
    expect(await transmitAll(transport, [SELECT_MF, MISSING, VERIFY])).toHaveLength(2);
    expect(box.seen.commands).not.toContain(toHex(VERIFY));
    expect(await transmitAll(transport, [SELECT, VERIFY, BALANCE])).toHaveLength(3);
    expect(box.seen.messages).toBe(3);
  });

  test('more commands than a list holds: more messages, each command once', async () => {
    const { box, transport } = await open();
    const long = fromHex(`00B09500${'32'}`);
    const commands = [SELECT_MF, SELECT, ...Array.from({ length: 20 }, () => long)];
    expect(await transmitAll(transport, commands)).toHaveLength(22);
    expect(box.seen.commands).toHaveLength(22);
  });

  test('a box that tells of itself unasked is not believed to have answered', async () => {
    const { box, transport } = await open();
    // FE01 packet with a frame B5 00: one message that nobody asked for.
    const frame = [0x33, 1, 0x80, 2, 0xb5, 0x00];
    const bcc = frame.slice(1).reduce((sum, byte) => sum ^ byte, 0);
    const body = [0x0a, 0, 0x12, 7, ...frame, bcc];
    box.say([0xfe, 1, 0, 8 + body.length, 0x27, 0x12, 0, 9, ...body]);
    expect(toHex(await transport.transmit(SELECT)).slice(-4)).toBe('9000');
  });

  test('commands and answers of any length up to short APDUs; a longer one is refused unsent', async () => {
    const seen: number[] = [];
    const exchange = (command: Uint8Array) => {
      seen.push(command.length);
      return Uint8Array.from([...new Array<number>(command.length - 5).fill(7), 0x90, 0x00]);
    };
    const box = fakeBox({ reset: () => new Uint8Array(2), exchange });
    const transport = await bleBoxTransport(box.host, { env });
    for (const size of [5, 100, 131, 132, 133, 200, 255, 256, 260, 261]) {
      const answer = await transport.transmit(new Uint8Array(size));
      expect(answer).toHaveLength(size - 3);
    }
    await expect(transport.transmit(new Uint8Array(400))).rejects.toMatchObject({
      ...{ code: 'TRANSPORT_FRAME', sent: 'no' },
    });
    expect(seen).toHaveLength(10);
    expect(await transport.transmit(new Uint8Array(9))).toHaveLength(6);
  });

  test('a mute box: TRANSPORT_CONNECT', async () => {
    await expect(open({ mute: true }, { connectTimeoutMs: 20 })).rejects.toMatchObject({
      ...{ code: 'TRANSPORT_CONNECT', sent: 'no' },
    });
  });

  test('a refusal says what the box said', async () => {
    const { transport } = await open({ status: 3 });
    await expect(transport.transmit(SELECT)).rejects.toMatchObject({
      ...{ code: 'BOX_REFUSED', sent: 'maybe', details: { status: 3 } },
    });
  });

  test('two callers never mix their messages', async () => {
    const { box, transport } = await open();
    await Promise.all([SELECT_MF, SELECT, BALANCE].map((command) => transport.transmit(command)));
    expect(box.seen.commands).toEqual([SELECT_MF, SELECT, BALANCE].map(toHex));
  });

  test('cancelled, or no answer: no before, maybe in flight; the link is then lost', async () => {
    const inFlight = [
      [{ signal: AbortSignal.timeout(100) }, 'TRANSPORT_ABORTED'],
      [{ timeoutMs: 100 }, 'TRANSPORT_TIMEOUT'],
    ] as const;
    for (const [options, code] of inFlight) {
      let silent = false;
      const { box, transport } = await open({ silent: () => silent });
      const before = transport.transmit(SELECT, { signal: AbortSignal.abort() });
      await expect(before).rejects.toMatchObject({ code: 'TRANSPORT_ABORTED', sent: 'no' });
      expect(box.seen.commands).toEqual([]);
      silent = true;
      const during = transport.transmit(SELECT, options);
      await expect(during).rejects.toMatchObject({ code, sent: 'maybe' });
      expect(box.seen.commands).toHaveLength(1);
      silent = false;
      await expect(transport.transmit(SELECT)).rejects.toMatchObject({ sent: 'no' });
    }
  });
});

describe('broken', () => {
  test('an answer spoilt anywhere: an error with sent maybe, and nothing believed afterwards', async () => {
    for (let at = 0; at < 12; at += 1) {
      let armed = false;
      const spoil = (frame: number[]) =>
        armed ? frame.map((byte, place) => (place === at ? byte ^ 0x01 : byte)) : frame;
      const { transport } = await open({ spoil });
      armed = true;
      await expect(transport.transmit(SELECT, { timeoutMs: 200 })).rejects.toMatchObject({
        sent: 'maybe',
      });
      armed = false;
      await expect(transport.transmit(SELECT)).rejects.toMatchObject({
        ...{ code: 'TRANSPORT_LOST', sent: 'no' },
      });
    }
  });

  test('the link breaks at any write of a command: no before the last piece, then maybe', async () => {
    const { box: whole, transport } = await open();
    const before = whole.seen.writes;
    await transport.transmit(VERIFY);
    const last = whole.seen.writes;
    expect(last - before).toBeGreaterThan(1);
    for (let breakAtWrite = before + 1; breakAtWrite <= last; breakAtWrite += 1) {
      for (const arrives of [false, true]) {
        const { box, transport: torn } = await open({ breakAtWrite, arrives });
        await expect(torn.transmit(VERIFY)).rejects.toMatchObject({
          ...{ code: 'TRANSPORT_LOST', sent: breakAtWrite < last ? 'no' : 'maybe' },
        });
        expect(box.seen.commands).toHaveLength(breakAtWrite === last && arrives ? 1 : 0);
      }
    }
  });
});

describe('a recharge over a box', () => {
  /** A box, its card, and an authority. */
  function shop() {
    const { authority, ledger } = createTestAuthority({ env });
    const card = newCard();
    let payments = 0;
    const visit = async (
      plan: BoxPlan,
      flow: 'pay' | 'finish',
    ): Promise<{ box: FakeBox; result: LoadResult }> => {
      const { box, transport } = await open(plan, {}, card);
      const options = { transport, authority, env, terminal: 'C8478C4F65A1', pin: '123456' };
      const takePayment = () => {
        const transactionId = `app-${String((payments += 1))}`;
        return Promise.resolve({ provider: 'wechat', transactionId, amountFen: AMOUNT_FEN });
      };
      const result =
        flow === 'pay'
          ? await recharge({ ...options, amountFen: AMOUNT_FEN, outlet: 'app', takePayment })
          : await load(options);
      await transport.close();
      return { box, result };
    };
    return { card, ledger, visit };
  }

  test('credited; the repair of a lost answer too', async () => {
    const { card, visit } = shop();
    const { box, result } = await visit({}, 'pay');
    expect(result).toMatchObject({ outcome: 'credited', written: 'now' });
    expect(card.state.ep).toMatchObject({ balanceFen: OPENING_FEN + AMOUNT_FEN, onlineAtc: 8 });
    expect(box.seen.commands.filter((command) => command.startsWith('8052'))).toHaveLength(1);
  });

  test('disconnected at every write and in every answer, then 圈存: never two credits, never none', async () => {
    const whole = await shop().visit({}, 'pay');
    const writes = whole.box.seen.writes;
    const plans: BoxPlan[] = [];
    for (let breakAtWrite = 7; breakAtWrite <= writes; breakAtWrite += 1) {
      plans.push({ breakAtWrite }, { breakAtWrite, arrives: true });
    }
    for (let breakInAnswer = 1; breakInAnswer <= whole.box.seen.messages; breakInAnswer += 1) {
      plans.push({ breakInAnswer });
    }
    for (const plan of plans) {
      const { card, ledger, visit } = shop();
      const torn = await visit(plan, 'pay');
      if (torn.result.outcome !== 'credited') {
        const { result } = await visit({}, torn.result.next === 'recharge' ? 'pay' : 'finish');
        expect(result, JSON.stringify(plan)).toMatchObject({ outcome: 'credited' });
      }
      expect(card.state.ep).toMatchObject({ balanceFen: OPENING_FEN + AMOUNT_FEN, onlineAtc: 8 });
      expect(await ledger.totals()).toMatchObject({ 'card-float': -AMOUNT_FEN, liability: 0 });
    }
  });
});
