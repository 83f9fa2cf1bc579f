/**
 * Notifications on their way to the merchant: real POST requests, repeated as the provider repeats
 * them, lost, late and doubled as the plan says. Each attempt is signed anew.
 */
import type { Seal } from './faulty-call.js';

/** What may happen to a notification. The faults of a seal spoil its first attempt. */
export const NOTICE_FAULTS = [
  ...(['fine', 'lost', 'lost-once', 'late', 'twice', 'wrong-amount'] as const),
  ...(['unsigned', 'forged', 'tampered'] as const),
] as const;

/** One of these words, or one that WeChat Pay alone has. */
export type NoticeFault = (typeof NOTICE_FAULTS)[number] | 'stale' | 'probe' | 'bad-tag';

/** A message that is signed and ready. */
export interface Letter {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the merchant made of an attempt. */
export interface Delivery {
  readonly url: string;
  /** From 1. */
  readonly attempt: number;
  /** `undefined` where the line failed, or no answer came in time. */
  readonly status: number | undefined;
  readonly acknowledged: boolean;
  readonly body: string;
}

/** Notifications on their way, for a test to send and to count. 通知队列。 */
export interface Notices {
  /** Sends what is due now, each once, and says what became of it. */
  deliver(): Promise<readonly Delivery[]>;
  /** How many will be sent or repeated. */
  waiting(): number;
  /** While it is muted every notification is lost: what is due to be queued is never sent. */
  mute(isMuted: boolean): void;
}

/** The queue of one provider. */
export interface NoticeQueue extends Notices {
  /** Puts one into the queue. */
  send(notice: NoticeToSend): void;
  stop(): void;
}

/** What a provider has to say. */
export interface NoticeToSend {
  readonly url: string;
  readonly fault: NoticeFault;
  write(seal: Seal, isWrongAmount: boolean): Letter;
}

/** How a provider sends. */
export interface NoticeRules {
  readonly now: () => number;
  /** The pauses between attempts. */
  readonly pausesMs: readonly number[];
  /** `false`: only {@link Notices.deliver} sends. */
  readonly isAutomatic: boolean;
  isAcknowledged(status: number, body: string): boolean;
}

interface Queued extends NoticeToSend {
  attempts: number;
  dueAtMs: number;
  copies: number;
}

/** How much later than the payment a late one comes. */
const LATE_MS = 600_000;
/** Both providers wait about this long for an answer. */
const ANSWER_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 250;

/** Makes the queue. */
export function createNotices(rules: NoticeRules): NoticeQueue {
  let queue: Queued[] = [];
  let isMuted = false;
  let delivering: Promise<readonly Delivery[]> = Promise.resolve([]);
  const deliverDue = async (): Promise<readonly Delivery[]> => {
    const due = queue.filter(({ dueAtMs }) => dueAtMs <= rules.now());
    const done = await Promise.all(due.map((queued) => attempt(queued, rules)));
    queue = queue.filter(({ copies }) => copies > 0);
    return done.flat();
  };
  // One round after the other: two at once would send one attempt twice.
  const deliver = (): Promise<readonly Delivery[]> => {
    delivering = delivering.then(deliverDue, deliverDue);
    return delivering;
  };
  const timer = rules.isAutomatic
    ? setInterval(() => {
        if (queue.length > 0) void deliver();
      }, LOOK_EVERY_MS)
    : undefined;
  timer?.unref();
  return {
    deliver,
    send: (notice) => {
      if (isMuted || notice.fault === 'lost') return;
      const dueAtMs = rules.now() + (notice.fault === 'late' ? LATE_MS : 0);
      queue.push({ ...notice, attempts: 0, dueAtMs, copies: notice.fault === 'twice' ? 2 : 1 });
      if (rules.isAutomatic) setImmediate(() => void deliver());
    },
    waiting: () => queue.length,
    mute: (muted) => {
      isMuted = muted;
    },
    stop: () => {
      clearInterval(timer);
      queue = [];
    },
  };
}

async function attempt(queued: Queued, rules: NoticeRules): Promise<readonly Delivery[]> {
  queued.attempts += 1;
  const isFirst = queued.attempts === 1;
  const again = rules.pausesMs[queued.attempts - 1];
  queued.dueAtMs = rules.now() + (again ?? 0);
  if (isFirst && queued.fault === 'lost-once') return [];
  const { url, attempts } = queued;
  const letter = queued.write(
    isFirst ? sealOf(queued.fault) : 'good',
    isFirst && queued.fault === 'wrong-amount',
  );
  const { status, body } = await post(url, letter);
  const acknowledged = status !== undefined && rules.isAcknowledged(status, body);
  // A doubled one comes once more although it was taken; the real one follows a spoilt one.
  const isProbe = isFirst && queued.fault === 'probe';
  if (again === undefined) queued.copies = 0;
  else if (acknowledged && !isProbe) queued.copies -= 1;
  if (acknowledged && queued.copies > 0) queued.dueAtMs = rules.now();
  return [{ url, attempt: attempts, status, acknowledged, body }];
}

function sealOf(fault: NoticeFault): Seal {
  switch (fault) {
    case 'unsigned':
    case 'forged':
    case 'tampered':
    case 'stale':
    case 'probe':
    case 'bad-tag':
      return fault;
    default:
      return 'good';
  }
}

async function post(
  url: string,
  { headers, body }: Letter,
): Promise<{ readonly status: number | undefined; readonly body: string }> {
  try {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const reply = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
    return { status: reply.status, body: await reply.text() };
  } catch {
    return { status: undefined, body: '' };
  }
}
