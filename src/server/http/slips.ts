/** Receipt and held slip: what is printed for an order, and the how manieth copy it is. */
import { QuancunError } from '../../errors.js';
import type { Order, Situation } from '../../load/index.js';
import type { SlipPayment, SlipProof, SlipView } from '../../messages/index.js';
import { splitBalance } from '../../money.js';
import { ROLE_MISSING } from '../persons/errors.js';
import { ORDER_NOT_PRINTABLE, ORDER_UNKNOWN } from '../errors.js';
import type { Ledger } from '../ledger/ledger.js';
import type { SlipPrint } from '../ledger/slip-book.js';
import type { Admitted } from './door.js';
import type { RequestSlip } from '../request-slip.js';

const KINDS: Partial<Readonly<Record<Order['state'], SlipView['kind']>>> = {
  CREDITED: 'receipt',
  PAID: 'held',
  ISSUED: 'held',
  HELD: 'held',
};

/** The print that a request is: its caller's key names it, so that sent again it is the same. */
export function printOf({ nonce, who }: RequestSlip, idempotencyKey: string): SlipPrint {
  const { keyId, atMs } = nonce;
  const requestKey = `${keyId} ${idempotencyKey}`;
  return { requestKey, atMs, ...(who === undefined ? {} : { who }) };
}

/**
 * The same where persons log in: another copy is a lead's (补打). The first slip of what the order
 * has come to is everybody's: a receipt after the held slip is no copy of it.
 * @throws ROLE_MISSING, ORDER_UNKNOWN, ORDER_NOT_PRINTABLE
 */
export async function printSlipFor(
  { session, rights }: Pick<Admitted, 'session' | 'rights'>,
  ledger: Pick<Ledger, 'read' | 'findSlips' | 'countSlip'>,
  orderId: string,
  print: SlipPrint,
): Promise<SlipView> {
  const mayCopy = session === undefined || rights.has('supervise');
  if (!mayCopy) await expectFirst(ledger, orderId, print);
  return printSlip(ledger, orderId, print);
}

async function expectFirst(
  ledger: Pick<Ledger, 'read' | 'findSlips'>,
  orderId: string,
  { requestKey }: SlipPrint,
): Promise<void> {
  const since = (await ledger.read(orderId))?.situation.order.updatedAtMs ?? 0;
  const printed = (await ledger.findSlips(orderId)).filter(({ atMs }) => atMs >= since);
  // Asked for again under its key it is the same print.
  if (printed.length === 0 || printed.some((one) => one.requestKey === requestKey)) return;
  throw new QuancunError(ROLE_MISSING);
}

/**
 * Counts one more print, and answers what it says.
 * @throws ORDER_UNKNOWN, ORDER_NOT_PRINTABLE
 */
export async function printSlip(
  ledger: Pick<Ledger, 'read' | 'countSlip'>,
  orderId: string,
  print: SlipPrint,
): Promise<SlipView> {
  const snapshot = await ledger.read(orderId);
  if (snapshot === undefined) throw new QuancunError(ORDER_UNKNOWN);
  const { situation } = snapshot;
  const { state } = situation.order;
  const kind = KINDS[state];
  if (kind === undefined) throw new QuancunError(ORDER_NOT_PRINTABLE, { details: { state } });
  const number = await ledger.countSlip(orderId, print);
  return { ...viewSlip(situation, kind), ...viewPrint(number, print) };
}

function viewPrint(
  number: number,
  { atMs, who }: SlipPrint,
): Pick<SlipView, 'copy' | 'printedAtMs' | 'by'> {
  const by = who?.person ?? who?.by;
  return { copy: number - 1, printedAtMs: atMs, ...(by === undefined ? {} : { by }) };
}

function viewSlip(
  situation: Situation,
  kind: SlipView['kind'],
): Omit<SlipView, 'copy' | 'printedAtMs' | 'by'> {
  const { order } = situation;
  const { orderId, amountFen, state, outlet, terminal, plate, plateColour, createdAtMs } = order;
  const operator = order.who?.person;
  return {
    ...{ orderId, kind, amountFen, state, outlet, plate, plateColour, createdAtMs },
    cardTail: order.cardNumber.slice(-4),
    ...(terminal === undefined ? {} : { terminal }),
    ...(operator === undefined ? {} : { operator }),
    ...viewPayment(situation),
    ...(kind === 'receipt' ? viewProof(situation) : {}),
  };
}

/** The order's own payment: one that is surplus goes back, and is on no slip. */
function viewPayment({ payments }: Situation): { readonly payment?: SlipPayment } {
  const own = payments.find(({ surplus }) => !surplus);
  if (own === undefined) return {};
  const colon = own.transactionId.indexOf(':');
  const { paidAtMs } = own;
  return {
    payment: {
      provider: own.transactionId.slice(0, Math.max(colon, 0)),
      transactionId: own.transactionId.slice(colon + 1),
      ...(paidAtMs === undefined ? {} : { paidAtMs }),
    },
  };
}

/** The balance is the proved attempt's: the one whose date and time the TAC was made with. */
function viewProof({
  order,
  attempts,
}: Situation): Pick<SlipView, 'proof' | 'balanceBeforeFen' | 'balanceAfterFen'> {
  const { boundAtc, proof, amountFen } = order;
  if (boundAtc === undefined) return {};
  const view: SlipProof = { onlineAtc: boundAtc, ...proof };
  const proved = attempts.find(
    ({ onlineAtc, date, time }) =>
      onlineAtc === boundAtc && date === proof?.date && time === proof.time,
  );
  if (proved === undefined) return { proof: view };
  const { balanceFen } = splitBalance(proved.rawBalance);
  return { proof: view, balanceBeforeFen: balanceFen, balanceAfterFen: balanceFen + amountFen };
}
