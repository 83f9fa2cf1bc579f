/** What people are told of a decision, and whether there is anything to write of it. */
import type {
  Decision,
  Order,
  OrderView,
  Payment,
  Situation,
  Taking,
  TakingView,
} from '../load/index.js';

/** Such a decision is no event: it is answered, and nothing is written. */
export function changesNothing({ order, card }: Situation, decision: Decision): boolean {
  const { newAttempt, newPayment, sentRefund, refundedPayment, settlement } = decision;
  const changes = [newAttempt, newPayment, sentRefund, refundedPayment, settlement];
  return (
    decision.order === order &&
    decision.card === card &&
    decision.transfers.length === 0 &&
    changes.every((change) => change === undefined)
  );
}

/** What is answered to people; nothing where they get a refusal, which is not kept. */
export function answeredView({ order }: Situation, decision: Decision): OrderView | undefined {
  const { step } = decision;
  const refused = decision.order === order && step.do === 'stop' && step.code !== undefined;
  return refused ? undefined : viewBooked(decision.order, decision.newPayment);
}

/** An order as it is told to who submits a payment. */
export function viewBooked(order: Order, payment: Payment | undefined): OrderView {
  if (payment === undefined) return viewOf(order);
  return { ...viewOf(order), booked: payment.surplus ? 'surplus' : 'payment' };
}

/** An order as it is told. */
export function viewOf(order: Order): OrderView {
  const { orderId, cardNumber, amountFen, state, outlet, createdAtMs, creditedBy } = order;
  const { checkTerminal: terminal, keyIndex, taking } = order;
  const asksCard = state === 'CREATED' && terminal !== undefined;
  return {
    ...{ orderId, cardNumber, amountFen, state, outlet, createdAtMs },
    ...(creditedBy === undefined ? {} : { creditedBy }),
    ...(asksCard ? { check: { keyIndex, terminal } } : {}),
    ...(state === 'TAKING' && taking !== undefined
      ? { taking: viewTaking(taking, terminal ?? '') }
      : {}),
  };
}

/** Of the person nothing is told. */
function viewTaking(
  { person: _own, visit: _drawn, ...taking }: Taking,
  terminal: string,
): TakingView {
  return { ...taking, terminal };
}
