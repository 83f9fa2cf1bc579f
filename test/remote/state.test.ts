/** What stands in a store, and what is believed of it. */
import { describe, expect, test } from 'vitest';
import { memoryRemoteStore, type RemoteReport, remoteTransport } from '../../src/remote/index.js';
import {
  askStep,
  closeSession,
  giveUp,
  handOut,
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
const opened = openSession('T1', CARD, 0);
const asked = askStep(opened, work, 100);
const [taken] = handOut(asked, 0, { nowMs: 0, heldMs: 0 });
const report: RemoteReport = {
  ...{ protocol: 1, sessionId: ID, kind: 'ready', card: CARD, done: 1, waitMs: 0 },
  result: { answers: ['9000'], failure: null },
};
const settled = takeReport(taken, report);

async function stored(text: string) {
  const store = memoryRemoteStore();
  await store.write(ID, text, 0, 0);
  return store;
}

describe('a stored session', () => {
  const STATES: Readonly<Record<string, RemoteSession>> = {
    ...{ opened, asked, taken, settled, withdrawn: giveUp(asked), doubtful: giveUp(taken) },
    ...{ closed: closeSession(settled), reset: askStep(opened, { do: 'reset' }, 9) },
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

describe('a closed session', () => {
  test.each([
    ['asked', asked],
    ['taken', taken],
    ['doubtful', giveUp(taken)],
    ['settled', settled],
    ['left', takeReport(settled, { ...report, kind: 'leave' })],
  ] as const)('%s before: the PIN of the last step is gone', (_name, session) => {
    expect(JSON.stringify(session)).toContain(PIN);
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
    const command = Uint8Array.of(0x00, 0x20, 0x00, 0x00, 0x03, 0x12, 0x34, 0x56);
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
