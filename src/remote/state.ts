/** Reading and writing a session in its store: the text is this version's JSON. */
import { QuancunError } from '../errors.js';
import { REMOTE_PROTOCOL_VERSION } from './messages.js';
import { parseJson } from './parse.js';
import type { RemoteSession } from './session.js';
import type { RemoteStore } from './store.js';
import { REMOTE_SESSION_UNKNOWN } from './errors.js';
import { PROTOCOL_VERSION } from '../json/errors.js';

/** A session as it was read. */
export interface StoredSession {
  readonly revision: number;
  readonly session: RemoteSession;
}

/** @throws REMOTE_SESSION_UNKNOWN, PROTOCOL_VERSION */
export async function readSession(store: RemoteStore, sessionId: string): Promise<StoredSession> {
  const entry = await store.read(sessionId);
  if (entry === undefined) throw new QuancunError(REMOTE_SESSION_UNKNOWN, { sent: 'no' });
  const session = parseJson(entry.text) as RemoteSession;
  if (session.protocol !== REMOTE_PROTOCOL_VERSION) {
    const details = { version: session.protocol };
    throw new QuancunError(PROTOCOL_VERSION, { details, sent: 'no' });
  }
  return { revision: entry.revision, session };
}

/** `false` when somebody was faster. */
export function writeSession(
  store: RemoteStore,
  sessionId: string,
  session: RemoteSession,
  place: { readonly replaces: number; readonly atMs: number },
): Promise<boolean> {
  return store.write(sessionId, JSON.stringify(session), place.replaces, place.atMs);
}
