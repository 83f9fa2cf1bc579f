/**
 * A pool of `pg`, whatever its options, with the guards that the ledger needs: no connection that
 * ends in use ends the process, and none that does not answer is waited for.
 */
import type { Prepared } from './postgres/store.js';
import type { SqlValue } from './sql/store.js';
import { asFailure, type Doing } from './pg-failures.js';
import { NoAnswer, within } from '../outage/time-limit.js';

/** What a listening connection is told by another one. */
export interface PgNotification {
  readonly channel: string;
  readonly payload?: string | undefined;
}

/** The part of a client of `pg` that is used. */
export interface PgClient {
  query(
    text: string | Prepared,
    values?: SqlValue[],
  ): Promise<{ readonly rows: unknown[]; readonly rowCount: number | null }>;
  /** With an error the connection is thrown away. */
  release(error?: boolean): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'notification', listener: (message: PgNotification) => void): unknown;
  /** Where it can be cut at once: a connection that swallows packets swallows a farewell too. */
  readonly connection?: { readonly stream?: { destroy(): unknown } };
}

/** The part of a pool of `pg` that is used. */
export interface PgPool {
  connect(): Promise<PgClient>;
  end(): Promise<void>;
  on(event: 'error', listener: () => void): unknown;
  on(event: 'connect', listener: (client: PgClient) => void): unknown;
}

/** A connection in use. */
export interface Held {
  /** @throws what {@link asFailure} makes of it */
  query(
    text: string | Prepared,
    values?: readonly SqlValue[],
    doing?: Doing,
  ): Promise<{ readonly rows: unknown[]; readonly rowCount: number | null }>;
  /** Gives it back; one that broke is cut. */
  release(): void;
  /** Cuts it. */
  destroy(): void;
  readonly client: PgClient;
}

/** A pool with its guards. */
export interface GuardedPool {
  /** @throws LEDGER_UNAVAILABLE, LEDGER_ACCESS_DENIED, LEDGER_DATABASE_UNKNOWN */
  hold(): Promise<Held>;
  /** Waits a second for statements that still run; then their connections are cut. */
  close(): Promise<void>;
}

/** What a statement that still runs is given when the pool closes. */
const LET_GO_MS = 1_000;
/** Connections that are thrown away in a row before one is taken as it is. */
const MAX_SUSPECTS = 256;

/** Puts the guards around a pool. @param timeoutMs for a connection, and for each statement */
export function guardPool(pool: PgPool, timeoutMs: number): GuardedPool {
  // An idle connection that breaks is replaced; without a listener Node would end the process.
  pool.on('error', () => undefined);
  const isWatched = new WeakSet<PgClient>();
  const watch = (client: PgClient): void => {
    if (isWatched.has(client)) return;
    isWatched.add(client);
    client.on('error', () => undefined);
  };
  // Here already: the server's farewell may come in the same packet as its welcome.
  pool.on('connect', watch);
  // One that did not answer casts doubt on all that were idle then: behind a firewall that has
  // forgotten them, each would be waited for in its turn.
  let doubts = 0;
  const seen = new WeakMap<PgClient, number>();
  let closing: Promise<void> | undefined;
  const held = new Set<Held>();

  const take = async (): Promise<PgClient> => {
    for (let suspects = 0; ; suspects += 1) {
      const client = await within(timeoutMs, pool.connect(), (late) => {
        late.release();
      });
      const doubtsThen = seen.get(client);
      watch(client);
      if (doubtsThen === undefined || doubtsThen === doubts || suspects >= MAX_SUSPECTS) {
        seen.set(client, doubts);
        return client;
      }
      cut(client);
    }
  };

  return {
    hold: async () => {
      const client = await take().catch((error: unknown) => {
        throw asFailure(error, 'connect');
      });
      const one = holdClient(client, timeoutMs, {
        onSilence: () => {
          doubts += 1;
        },
        onGivenBack: () => held.delete(one),
      });
      held.add(one);
      return one;
    },
    close: () =>
      (closing ??= within(Math.min(timeoutMs, LET_GO_MS), pool.end())
        // A statement on a connection that swallows packets would be waited for to its own end.
        .catch(() => {
          for (const one of [...held]) one.destroy();
        })),
  };
}

interface HoldEvents {
  readonly onSilence: () => void;
  readonly onGivenBack: () => void;
}

function holdClient(
  client: PgClient,
  timeoutMs: number,
  { onSilence, onGivenBack }: HoldEvents,
): Held {
  let isBroken = false;
  let isReleased = false;
  const destroy = (): void => {
    isBroken = true;
    if (isReleased) return;
    isReleased = true;
    onGivenBack();
    cut(client);
  };
  return {
    client,
    query: async (text, values = [], doing = 'query') => {
      if (isReleased) throw asFailure(new Error('connection ended'), 'query');
      try {
        const answer =
          typeof text === 'string' ? client.query(text, [...values]) : client.query(text);
        return await within(timeoutMs, answer);
      } catch (error) {
        if (error instanceof NoAnswer) {
          onSilence();
          destroy();
        }
        throw asFailure(error, doing);
      }
    },
    release: () => {
      if (isReleased) return;
      isReleased = true;
      onGivenBack();
      if (isBroken) cut(client);
      else client.release();
    },
    destroy,
  };
}

function cut(client: PgClient): void {
  client.release(true);
  client.connection?.stream?.destroy();
}
