/** What stands in a store, and what is believed of it. */
import { describe, expect, test } from 'vitest';
import { fromHex } from '../../src/bytes.js';
import { memoryRemoteStore, type RemoteReport, remoteTransport } from '../../src/remote/index.js';
import {
  askStep,
  closeSession,
  giveUp,
  handOut,
  isSameWork,
  openSession,
  type RemoteSession,
  takeReport,
} from '../../src/remote/session.js';
import { readSession, writeSession } from '../../src/remote/state.js';
import { codeOf } from '../support/error-codes.js';
import { manualEnv } from '../support/manual-env.js';

const ID = 'AB'.repeat(16);
const CARD = {
  ...{ kind: 'pcsc', atr: '3B00', contactless: false, canReset: true, sessionLeftMs: 500 },
};
const PIN = '0020000003123456';
const work = { do: 'run' as const, commands: [{ command: PIN, expect: ['9000'] }] };
const opened = openSession('T1', { card: CARD }, { nowMs: 0, leaseMs: 30_000 });
const asked = askStep(opened, work, { nowMs: 0, timeoutMs: 100 });
const [taken] = handOut(asked, 0, { nowMs: 0, heldMs: 0 });
const report: RemoteReport = {
  ...{ protocol: 1, sessionId: ID, kind: 'ready', card: CARD, done: 1, waitMs: 0 },
  result: { answers: ['9000'], failure: null },
};
const settled = takeReport(taken, report);
const leaving: RemoteReport = { ...report, kind: 'leave', done: 0, result: null };

async function stored(text: string) {
  const store = memoryRemoteStore();
  await store.write(ID, text, 0, 0);
  return store;
}

describe('a stored session', () => {
  const STATES: Readonly<Record<string, RemoteSession>> = {
    ...{ opened, asked, taken, settled, withdrawn: giveUp(asked), doubtful: giveUp(taken) },
    ...{
      closed: closeSession(settled),
      reset: askStep(opened, { do: 'reset' }, { nowMs: 0, timeoutMs: 9 }),
    },
    left: takeReport(settled, { ...report, kind: 'leave' }),
  };

  test.each(Object.entries(STATES))('%s: read as it was written', async (_name, session) => {
    const store = memoryRemoteStore();
    expect(await writeSession(store, ID, session, { replaces: 0, atMs: 0 })).toBe(true);
    expect(await readSession(store, ID)).toEqual({ revision: 1, session });
  });

  test('of another version: PROTOCOL_VERSION, whatever its fields', async () => {
    const store = await stored('{"protocol":2,"steps":[]}');
    await expect(readSession(store, ID)).rejects.toMatchObject({
      ...{ code: 'PROTOCOL_VERSION', sent: 'no' },
    });
  });

  test.each([
    ...['', 'null', '{}', '[]', '{"protocol":1}'],
    ...[JSON.stringify({ ...settled, phase: 'done' }), JSON.stringify({ ...settled, more: 1 })],
    JSON.stringify({ ...settled, card: null }),
    JSON.stringify({ ...settled, work: { do: 'run', commands: [{ command: 'zz' }] } }),
  ])('that is none: INTERNAL, and nothing is done: %s', async (text) => {
    const store = await stored(text);
    for (const use of [
      () => readSession(store, ID),
      () => remoteTransport({ store, sessionId: ID, env: manualEnv() }),
    ]) {
      await expect(use()).rejects.toMatchObject({ code: 'INTERNAL', sent: 'no' });
    }
    expect(await store.read(ID)).toMatchObject({ revision: 1, text });
  });
});

describe('a step that was answered keeps no secret', () => {
  test.each([
    ['VERIFY', '0020000003123456', '123456'],
    ['PIN CHANGE', '805E010007123456FF654321', '123456'],
    ['PIN CHANGE, the new one', '805E010007123456FF654321', '654321'],
    ['PIN UNBLOCK', '842400000C0123456789ABCDEFA1B2C3D4', '0123456789ABCDEF'],
    ['CREDIT FOR LOAD, MAC2', '805200000B20261124100000A1B2C3D404', 'A1B2C3D4'],
    ['DEBIT FOR PURCHASE, MAC1', '805401000F0000000120261124100000A1B2C3D408', 'A1B2C3D4'],
    ['EXTERNAL AUTHENTICATE', '00820000081122334455667788', '1122334455667788'],
    ['UPDATE BINARY with a MAC', '04D6950008AABBCCDDA1B2C3D4', 'A1B2C3D4'],
  ])('%s', (_what, hex, secret) => {
    const asking = { do: 'run' as const, commands: [{ command: hex, expect: ['9000'] }] };
    const step = askStep(opened, asking, { nowMs: 0, timeoutMs: 100 });
    const [told] = handOut(step, 0, { nowMs: 0, heldMs: 0 });
    expect(JSON.stringify(told)).toContain(secret);
    for (const over of [takeReport(told, report), giveUp(told), giveUp(step)]) {
      expect(JSON.stringify(over)).not.toContain(secret);
      // It is still known as the same step, and read as it was written.
      expect(isSameWork(over.work, asking)).toBe(true);
      const other = [{ command: '00A40000023F00', expect: ['9000'] }];
      expect(isSameWork(over.work, { do: 'run', commands: other })).toBe(false);
    }
  });
});

describe('a closed session', () => {
  test.each([
    ['asked', asked, true],
    ['taken', taken, true],
    ['withdrawn', giveUp(asked), false],
    ['doubtful', giveUp(taken), false],
    ['settled', settled, false],
    ['left', takeReport(taken, { ...report, kind: 'leave' }), false],
    ['left before it was answered', takeReport(taken, leaving), false],
  ] as const)('%s before: the PIN of the last step is gone', (_name, session, isNeeded) => {
    // What the terminal may still be told is there; nothing else ever is.
    expect(JSON.stringify(session).includes(PIN)).toBe(isNeeded);
    const closed = closeSession(session);
    expect(JSON.stringify(closed)).not.toContain(PIN);
    expect(closed.end).not.toBe('open');
    expect(closeSession(closed)).toBe(closed);
    // A result that comes late is not taken in, and not refused: the terminal is told to stop.
    expect(codeOf(() => takeReport(closed, report))).toBeUndefined();
    expect(takeReport(closed, report).result).toBeNull();
    expect(handOut(closed, 1, { nowMs: 0, heldMs: 0 })[1].do).toBe('stop');
  });

  test('by its driver: nothing of it stays in the store, and nothing is asked of it', async () => {
    const store = await stored(JSON.stringify(opened));
    const env = manualEnv();
    const transport = await remoteTransport({ store, sessionId: ID, env });
    const before = await readSession(store, ID);
    const place = { replaces: before.revision, atMs: 0 };
    const done = { ...settled, owner: before.session.owner };
    await writeSession(store, ID, done, place);
    const command = fromHex(PIN);
    expect((await store.read(ID))?.text).not.toContain(PIN);
    expect(await transport.run([{ command }], { step: 1 })).toEqual([Uint8Array.of(0x90, 0x00)]);
    await transport.close();
    expect((await store.read(ID))?.text).not.toContain(PIN);
    for (const step of [1, 2]) {
      await expect(transport.run([{ command }], { step })).rejects.toMatchObject({
        ...{ code: 'TRANSPORT_CLOSED', sent: 'no' },
      });
    }
  });
});
