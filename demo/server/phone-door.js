/**
 * 空中圈存: the customer's own phone lends its card to this server, which finishes one paid order.
 *
 * A person at the counter invites. The invitation is a word for one phone, good once and for ten
 * minutes; against it that phone is given a key of its own, which signs what it reports and is
 * worth nothing after its visit. The word stands behind the # of the address, which browsers send
 * to nobody. What is done with the card is `loadRecord` of this one order: no phone can order
 * anything else, and another card than the order's is refused before a command of the load.
 */
import { QuancunError } from 'quancun';
import { toHex } from 'quancun/bytes';
import { ERROR_TABLE } from 'quancun/error-table';
import { memoryGuard } from 'quancun/server';
import { loadRecord } from 'quancun/terminal';
import { memoryRemoteStore, remoteServer, remoteTransport } from 'quancun/transport/remote';

const INVITED_MS = 10 * 60_000;
/** A visit that begins in the last moment has its time, too. */
const VISIT_MS = 10 * 60_000;
const MAX_INVITATIONS = 100;
const MAX_BODY_CHARS = 40_000;
const LOADABLE = ['PAID', 'ISSUED', 'HELD'];
const ORDER_ID = /^[0-9A-Z]{20}$/;

/**
 * What the door needs: the door of the counter page, which knows who is logged in; what the load
 * asks; and the terminal number under which phones load.
 * @typedef {{
 *   readonly counter: (request: Request) => Promise<Response>,
 *   readonly authority: import('quancun').Authority,
 *   readonly env: import('quancun').Env,
 *   readonly origin: string,
 *   readonly terminal: string,
 *   readonly pin: string,
 * }} PhoneDoorOptions
 *
 * @typedef {{
 *   readonly ticket: string,
 *   readonly keyId: string,
 *   readonly secret: string,
 *   readonly order: ShownOrder,
 *   answer: (text: string) => Promise<string>,
 *   untilMs: number,
 *   isTaken: boolean,
 *   isBegun: boolean,
 *   end: object | undefined,
 * }} Invitation
 *
 * @typedef {{ orderId: string, amountFen: number, outlet: string, cardTail: string }} ShownOrder
 * @typedef {Map<string, Invitation>} Invitations by the key id of the phone
 * @typedef {{ readonly [name: string]: unknown }} Body
 */

/**
 * @param {PhoneDoorOptions} options
 * @returns {{ fetch(request: Request): Promise<Response> }} for whatever is posted to /phone/…
 */
export function createPhoneDoor(options) {
  /** @type {Invitations} */
  const invitations = new Map();
  return {
    fetch: async (request) => {
      // A page of another site may make a browser ask; it cannot make it lie about where it stands.
      if (request.headers.get('origin') !== options.origin) return say(403, 'ORIGIN_REFUSED');
      if (request.method !== 'POST') return say(405, 'METHOD_NOT_ALLOWED');
      for (const [keyId, { untilMs }] of invitations) {
        if (untilMs + VISIT_MS < options.env.now()) invitations.delete(keyId);
      }
      const text = await request.text();
      const body = text.length > MAX_BODY_CHARS ? undefined : parsed(text);
      if (body === undefined) return say(400, 'MESSAGE_INVALID');
      switch (new URL(request.url).pathname) {
        case '/phone/invitations':
          return invite(options, invitations, request, body);
        case '/phone/visits':
          return begin(options, invitations, body);
        case '/phone/remote':
          return report(invitations, body);
        case '/phone/ends':
          return tellEnd(invitations, body);
        default:
          return say(404, 'ROUTE_UNKNOWN');
      }
    },
  };
}

/**
 * Whoever is at the counter, and is heard, invites for an order that can be loaded.
 * @param {PhoneDoorOptions} options
 * @param {Invitations} invitations
 * @param {Request} request
 * @param {Body} body
 */
async function invite(options, invitations, request, { orderId }) {
  if (typeof orderId !== 'string' || !ORDER_ID.test(orderId)) return say(400, 'MESSAGE_INVALID');
  const { origin, env } = options;
  const asked = new Request(`${origin}/counter/orders/${orderId}`, {
    headers: { cookie: request.headers.get('cookie') ?? '', origin },
  });
  const answered = await options.counter(asked);
  const order = /** @type {import('quancun').OrderView} */ (
    /** @type {unknown} */ (parsed(await answered.text()) ?? {})
  );
  if (answered.status !== 200) return sayBody(answered.status, order);
  if (!LOADABLE.includes(order.state)) return say(409, 'ORDER_CLOSED', { state: order.state });
  if (invitations.size >= MAX_INVITATIONS) return say(503, 'SERVER_BUSY');
  const { amountFen, outlet } = order;
  const made = createInvitation(env, {
    ...{ orderId, amountFen, outlet, cardTail: order.cardNumber.slice(-4) },
  });
  made.answer = answerOf(options, made);
  invitations.set(made.keyId, made);
  return sayBody(200, { link: `${origin}/phone.html#${made.ticket}`, untilMs: made.untilMs });
}

/**
 * @param {import('quancun').Env} env
 * @param {ShownOrder} order
 * @returns {Invitation}
 */
function createInvitation(env, order) {
  const draw = (/** @type {number} */ size) => toHex(env.random(size));
  return {
    ...{ ticket: draw(16), keyId: draw(16), secret: draw(32), order },
    ...{ untilMs: env.now() + INVITED_MS, isTaken: false, isBegun: false, end: undefined },
    answer: () => Promise.resolve(''),
  };
}

/**
 * The server's ear for one phone: what it reports is taken as a step of the load.
 * @param {PhoneDoorOptions} options
 * @param {Invitation} made
 */
function answerOf({ authority, env, terminal, pin }, made) {
  const store = memoryRemoteStore();
  const { keyId, secret, order } = made;
  return remoteServer({
    ...{ store, guard: memoryGuard(), env, keys: [{ keyId, secret }] },
    onOpen: async (sessionId) => {
      const transport = await remoteTransport({ store, sessionId, env });
      try {
        // Of two starts with one key the first is served, and the other told that it is over.
        if (made.isBegun) return;
        made.isBegun = true;
        const visit = { transport, authority, env, terminal, pin };
        made.end = endOf(await loadRecord(visit, order.orderId));
      } finally {
        await transport.close();
      }
    },
    onError: () => {
      made.end ??= { outcome: 'held', code: 'INTERNAL' };
    },
  });
}

/**
 * What the phone is told.
 * @param {import('quancun').LoadResult} result
 */
function endOf(result) {
  if (result.outcome === 'credited') {
    const { amountFen, written, balanceAfterFen } = result;
    return { outcome: 'credited', amountFen, written, balanceAfterFen };
  }
  const { code, messageZh, message, hint } = result.error;
  return { outcome: result.outcome, code, messageZh, message, hint };
}

/**
 * The first phone that comes with the word has the key; nobody after it.
 * @param {PhoneDoorOptions} options
 * @param {Invitations} invitations
 * @param {Body} body
 */
function begin({ env }, invitations, { ticket }) {
  const made = [...invitations.values()].find((one) => one.ticket === ticket && !one.isTaken);
  if (made === undefined || made.untilMs < env.now()) return sayBody(410, INVITATION_OVER);
  made.isTaken = true;
  made.untilMs = env.now() + VISIT_MS;
  const { keyId, secret, order } = made;
  return sayBody(200, { keyId, secret, order });
}

/**
 * A report of the phone's terminal, for the visit whose key it names.
 * @param {Invitations} invitations
 * @param {Body} envelope
 */
async function report(invitations, envelope) {
  const made = invitations.get(String(envelope.keyId));
  if (made === undefined || !made.isTaken) return sayBody(410, INVITATION_OVER);
  return new Response(await made.answer(JSON.stringify(envelope)), { headers: HEADERS });
}

/**
 * @param {Invitations} invitations
 * @param {Body} body
 */
function tellEnd(invitations, { keyId }) {
  const made = invitations.get(String(keyId));
  if (made === undefined) return sayBody(410, INVITATION_OVER);
  return sayBody(200, made.end ?? { outcome: 'going' });
}

const HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' };

/** What this door alone refuses with. */
const INVITATION_OVER = {
  code: 'INVITATION_OVER',
  message: 'The invitation is over, or another phone has it',
  messageZh: '二维码已失效，或已被另一部手机使用',
  hint: { en: 'Ask at the counter for a new one.', zh: '请网点工作人员重新出示二维码。' },
};

/**
 * @param {number} status
 * @param {keyof typeof ERROR_TABLE} code
 * @param {Readonly<Record<string, string>>} [details]
 */
function say(status, code, details = {}) {
  return sayBody(status, new QuancunError(ERROR_TABLE[code], { details }).toJSON());
}

/**
 * @param {number} status
 * @param {object} body
 */
function sayBody(status, body) {
  return new Response(JSON.stringify(body), { status, headers: HEADERS });
}

/**
 * Undefined for what is no object.
 * @param {string} text
 * @returns {Body | undefined}
 */
function parsed(text) {
  try {
    const json = JSON.parse(text);
    return typeof json === 'object' && json !== null ? json : undefined;
  } catch {
    return undefined;
  }
}
