/**
 * Where the state of a session with a card far away is kept: one text for each session, replaced
 * only by whoever has seen the newest. The remote room reads and writes it, the server's databases
 * are such stores; it stands below both, as neither may import the other.
 */

/** What stands in the store. */
export interface RemoteEntry {
  /** 1 for the first text of a session, then one more each time. */
  readonly revision: number;
  readonly text: string;
}

/** An entry, and whose it is. */
export interface RemoteListing extends RemoteEntry {
  readonly sessionId: string;
}

/**
 * A place for session states, in two operations: any database with a conditional update will do.
 * 会话状态存储（读 + 比较并交换）。
 *
 * The texts hold commands and answers of a card, MAC2 and PIN among them: keep them as long as the
 * session lasts, where nobody else reads. A session that nobody has touched for an hour is deleted
 * when another one is opened.
 */
export interface RemoteStore {
  read(sessionId: string): Promise<RemoteEntry | undefined>;
  /**
   * Writes revision `replaces + 1`, durably. `false`, and nothing written, when another revision
   * than `replaces` stands there; 0 stands for none.
   */
  write(sessionId: string, text: string, replaces: number, atMs: number): Promise<boolean>;
  /**
   * All that stand there, in any order: so a process finds the sessions of one that has died.
   * Absent: sessions are taken over only when their terminals report.
   */
  list?(): Promise<readonly RemoteListing[]>;
  /**
   * Resolves when a later revision than this may stand there; whoever waits reads again, and waits
   * no longer than `maxMs` by its own clock. Absent: the store is polled.
   */
  changed?(sessionId: string, revision: number, maxMs: number): Promise<void>;
}

/** How long a store keeps a session that nobody touches. */
export const SESSION_LIFE_MS = 60 * 60_000;
