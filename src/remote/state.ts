/** Reading and writing a session in its store: the text is this version's JSON. */
import { INTERNAL } from '../core-errors.js';
import { isQuancunError, QuancunError, restated } from '../errors.js';
import { expectJson } from '../json/index.js';
import type { RemoteStore } from '../remote-store.js';
import { REMOTE_SESSION_UNKNOWN } from './errors.js';
import { expectVersion, parseJson } from './messages.js';
import { REMOTE_SESSION, type RemoteSession } from './session.js';

/** A session as it was read. */
export interface StoredSession {
  readonly revision: number;
  readonly session: RemoteSession;
}

/** @throws REMOTE_SESSION_UNKNOWN, PROTOCOL_VERSION, INTERNAL for a text that is no session */
export async function readSession(store: RemoteStore, sessionId: string): Promise<StoredSession> {
  const entry = await store.read(sessionId);
  if (entry === undefined) throw new QuancunError(REMOTE_SESSION_UNKNOWN, { sent: 'no' });
  return { revision: entry.revision, session: parseSession(entry.text) };
}

/** What this version did not write so is not guessed at. @throws PROTOCOL_VERSION, INTERNAL */
export function parseSession(text: string): RemoteSession {
  try {
    const json = parseJson(text);
    expectVersion(json);
    return expectJson(REMOTE_SESSION, json);
  } catch (cause) {
    if (isQuancunError(cause, 'PROTOCOL_VERSION')) throw restated(cause, { sent: 'no' });
    const what = 'the stored session of a remote card is not one';
    throw new QuancunError(INTERNAL, { details: { what }, cause, sent: 'no' });
  }
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
