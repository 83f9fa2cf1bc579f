/** Of an order in each state: where its money is, and what is to be done next. */
import type { OrderState } from '../../load/index.js';
import type { Texts } from '../output.js';

/** What an office is told. */
interface StateAdvice {
  readonly money: Texts;
  readonly next: Texts;
}

const NOTHING: Texts = { en: 'nothing', zh: '无' };
const WITH_CARD: Texts = {
  en: 'load (圈存) with the card at any outlet; no second payment',
  zh: '持卡到任一网点【圈存】完成；勿再次收款',
};

/** By state. */
export const STATE_ADVICE: Readonly<Record<OrderState, StateAdvice>> = {
  CREATED: {
    money: { en: 'none was taken', zh: '未收款' },
    next: { en: 'the customer pays, or the order is cancelled', zh: '客户付款，或取消订单' },
  },
  TAKING: {
    money: { en: 'may be taken at this moment', zh: '可能正在收款' },
    next: {
      en: 'find out at the terminal: payment submit, or payment not-taken',
      zh: '到收款终端核实：已收则 payment submit，未收则 payment not-taken',
    },
  },
  PAID: { money: { en: 'taken, not on the card', zh: '已收款，未入卡' }, next: WITH_CARD },
  ISSUED: {
    money: { en: 'taken; the card may have been written', zh: '已收款，可能已写卡' },
    next: WITH_CARD,
  },
  HELD: {
    money: { en: 'taken; the card may have been written', zh: '已收款，可能已写卡' },
    next: WITH_CARD,
  },
  VOIDING: {
    money: { en: 'taken; nothing is refunded yet', zh: '已收款，尚未退款' },
    next: {
      en: 'the card is probed at a terminal; pay out nothing before the order is refund due',
      zh: '持卡到终端核实；订单转为待退款之前勿退款',
    },
  },
  CREDITED: { money: { en: 'on the card', zh: '已入卡' }, next: NOTHING },
  REFUND_DUE: {
    money: { en: 'taken, and owed back', zh: '已收款，待退' },
    next: {
      en: 'QR: the system refunds it. Cash and POS: give it back, then office refund',
      zh: '扫码款由系统原路退回；现金、POS 退款后用 office refund 登记',
    },
  },
  REFUNDED: { money: { en: 'refunded', zh: '已退还' }, next: NOTHING },
  EXPIRED: {
    money: { en: 'none is kept for this order', zh: '该订单未留存款项' },
    next: NOTHING,
  },
  FROZEN: {
    money: { en: 'taken; what became of it is not known', zh: '已收款，去向待查' },
    next: {
      en: 'two people decide: office release, each with a key of his own',
      zh: '由两人各用自己的密钥以 office release 处理',
    },
  },
};
