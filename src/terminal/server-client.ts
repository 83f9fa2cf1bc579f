/**
 * The authority behind HTTP, as a terminal sees it. Every request is signed afresh and may be sent
 * again: each of them is idempotent on the server. What a lost reply leaves open, the next visit
 * of the card settles; a TAC that could not be delivered waits in the outbox.
 */
import type * as v from 'valibot';
import { fromHex, toHex } from '../bytes.js';
import { isQuancunError } from '../errors.js';
import { ef0015 } from '../etc/index.js';
import type {
  Authority,
  OrderView,
  RecordsPage,
  RecordsRequest,
  SlipView,
  Step,
  VisitReport,
} from '../load/index.js';
import {
  CARD_REPORT,
  ORDER_VIEW,
  PROTOCOL_VERSION,
  QR_VIEW,
  type QrView,
  RECORDS_PAGE,
  SLIP_VIEW,
  STEP,
  UNSETTLED,
} from '../messages/index.js';
import { sha256Hex } from '../signing/index.js';
import { askServer, type Line, type ServerClientOptions } from './ask-server.js';
import { patientOutbox } from './patient-outbox.js';

/** The authority, and what else a server tells its operators. */
export interface ServerClient extends Authority {
  /** 充值记录, newest first. @throws RANGE_TOO_LONG, RANGE_REVERSED, SCOPE_MISSING */
  findOrders(request: RecordsRequest): Promise<RecordsPage>;
  /** The provider's QR code for the order; while it can be paid, the same one again. */
  createQr(orderId: string, provider: string): Promise<QrView>;
  /** Asks the provider, books what it shows, and answers the order as it stands then. */
  queryPayment(orderId: string, provider: string): Promise<OrderView>;
  /**
   * One more copy of the order's slip, to be laid out by `layOutSlip` of `quancun/slip`. The same
   * key, 1 to 64 printable characters, is the same copy; without one each call is another.
   * @throws ORDER_UNKNOWN, ORDER_NOT_PRINTABLE
   */
  printSlip(orderId: string, idempotencyKey?: string): Promise<SlipView>;
}

/**
 * Makes the client.
 * 授权中心 HTTP 客户端。
 * @throws from every method SERVER_UNREACHABLE, ANSWERED_BY_ANOTHER where something on the way has
 *   answered for the server, and whatever the server refuses with, codes that this version does not
 *   know included
 * @example
 * const authority = serverClient({
 *   ...{ url: 'https://etc.example/', keyId: 'T1', secret: '11'.repeat(32) },
 *   ...{ fetch, env: envFrom(globalThis) },
 * });
 * // … and then: recharge({ authority, … })
 */
export function serverClient(options: ServerClientOptions): ServerClient {
  const outbox = patientOutbox(options);
  const line: Line = { options, offsetMs: 0 };
  const send = ({ orderId, ...body }: VisitReport): Promise<Step> =>
    askServer(line, { method: 'POST', path: `${orderPath(orderId)}/visits`, body, reply: STEP });
  return {
    ...beforeMoney(line),
    createOrder: (request) =>
      askServer(line, {
        method: 'POST',
        path: '/v1/orders',
        body: request,
        // Of the whole message: another terminal that asks for the same order says it otherwise.
        key: sha256Hex(JSON.stringify(request)),
        reply: ORDER_VIEW,
        answers: ({ cardNumber, amountFen }) =>
          amountFen === request.amountFen &&
          cardNumber === ef0015.decode(fromHex(request.issueInformation)).cardNumber,
      }),
    confirmPayment: ({ orderId, ...payment }) =>
      askServer(line, {
        method: 'POST',
        path: `${orderPath(orderId)}/payments`,
        body: payment,
        // One message, one key: of another order, or with a date that the till draws anew, it is
        // another message, and what is wrong with its number the ledger says.
        key: sha256Hex(JSON.stringify([orderId, payment])),
        reply: ORDER_VIEW,
        answers: (order) => order.orderId === orderId,
      }),
    next: async (report) => {
      const { kind } = report.evidence;
      // A card that was initialised waits for its CREDIT: nothing else is done meanwhile.
      if (kind === 'present') await outbox?.flush(send);
      try {
        return await send(report);
      } catch (error) {
        if (kind === 'credited') await outbox?.put(report);
        throw error;
      }
    },
    findUnsettled: async (cardNumber) => {
      const { order } = await askServer(line, {
        method: 'POST',
        path: '/v1/orders/unsettled',
        body: { protocol: PROTOCOL_VERSION, cardNumber },
        reply: UNSETTLED,
        answers: (reply) => reply.order === null || reply.order.cardNumber === cardNumber,
      });
      return order ?? undefined;
    },
    findOrders: (request) =>
      askServer(line, {
        method: 'POST',
        path: '/v1/orders/query',
        body: request,
        reply: RECORDS_PAGE,
        answers: ({ records }) =>
          request.cardNumber === undefined ||
          records.every(({ cardNumber }) => cardNumber === request.cardNumber),
      }),
    getOrder: (orderId) => getOrder(line, orderId),
    createQr: (orderId, provider) => byProvider(line, orderId, provider, 'qr', QR_VIEW),
    queryPayment: (orderId, provider) =>
      byProvider(line, orderId, provider, 'qr/query', ORDER_VIEW),
    printSlip: (orderId, idempotencyKey) => printSlip(line, orderId, idempotencyKey),
  };
}

/** What is asked while nothing is paid yet. */
function beforeMoney(line: Line): Pick<Authority, 'checkCard' | 'beginPayment' | 'endPayment'> {
  return {
    checkCard: (request) =>
      askServer(line, {
        method: 'POST',
        path: '/v1/cards/check',
        body: request,
        reply: CARD_REPORT,
        answers: ({ cardNumber }) =>
          cardNumber === ef0015.decode(fromHex(request.issueInformation)).cardNumber,
      }),
    beginPayment: ({ orderId, ...body }) =>
      askServer(line, {
        method: 'POST',
        path: `${orderPath(orderId)}/taking`,
        body,
        reply: ORDER_VIEW,
        answers: (order) => order.orderId === orderId,
      }),
    endPayment: ({ orderId, ...body }) =>
      askServer(line, {
        method: 'POST',
        path: `${orderPath(orderId)}/taking/end`,
        body,
        reply: ORDER_VIEW,
        answers: (order) => order.orderId === orderId,
      }),
  };
}

async function getOrder(line: Line, orderId: string): Promise<OrderView | undefined> {
  try {
    return await askServer(line, {
      method: 'GET',
      path: orderPath(orderId),
      reply: ORDER_VIEW,
      answers: (order) => order.orderId === orderId,
    });
  } catch (error) {
    if (isQuancunError(error, 'ORDER_UNKNOWN')) return undefined;
    throw error;
  }
}

function byProvider<Schema extends typeof QR_VIEW | typeof ORDER_VIEW>(
  line: Line,
  orderId: string,
  provider: string,
  asks: string,
  reply: Schema,
): Promise<v.InferOutput<Schema>> {
  return askServer(line, {
    method: 'POST',
    path: `${orderPath(orderId)}/${asks}`,
    body: { protocol: PROTOCOL_VERSION, provider },
    key: toHex(line.options.env.random(16)),
    reply,
    answers: (said) => said.orderId === orderId,
  });
}

/** Sent again it has the same key: a lost answer is asked for once more, and no copy is lost. */
function printSlip(
  line: Line,
  orderId: string,
  key = toHex(line.options.env.random(16)),
): Promise<SlipView> {
  return askServer(line, {
    method: 'POST',
    path: `${orderPath(orderId)}/slips`,
    body: {},
    key,
    reply: SLIP_VIEW,
    answers: (slip) => slip.orderId === orderId,
  });
}

/** An order's number, as the text it is: it never leads to another address. */
function orderPath(orderId: string): string {
  return `/v1/orders/${encodeURIComponent(orderId)}`;
}
