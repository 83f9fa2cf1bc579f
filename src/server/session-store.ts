/**
 * Where sessions of cards far away are kept, in the database of the ledger: what
 * `quancun/transport/remote` takes as its store, so that any process of a server can go on with
 * any session.
 */

/** A session as it stands. */
export interface SessionEntry {
  /** 1 for the first text of a session, then one more each time. */
  readonly revision: number;
  readonly text: string;
}

/**
 * A `RemoteStore` of `quancun/transport/remote`: compare and swap on one text for each session.
 * 远程读卡会话存储（与账本同库）。
 *
 * Texts hold what went to a card, PIN and MAC2 among it: a session that nobody has touched for an
 * hour is deleted when another one is opened.
 */
export interface SessionStore {
  read(sessionId: string): Promise<SessionEntry | undefined>;
  /**
   * Writes revision `replaces + 1`, durably; `false`, and nothing written, when another revision
   * than `replaces` stands there. 0 stands for none.
   */
  write(sessionId: string, text: string, replaces: number, atMs: number): Promise<boolean>;
}

/** How long a session is kept that nobody touches. */
export const SESSION_LIFE_MS = 60 * 60_000;
