/** The table of prompts, and which of them an error code stands for. */
import type { Actor, Hint, KnownErrorCode, Retry } from '../errors.js';
import { LAST_OF_ALL, NETWORK, READING } from './remedies.js';

/** What a prompt is: something failed, goes on, should be thought of, or is a word on a button. */
export type PromptKind = 'error' | 'progress' | 'advice' | 'label';

/**
 * One prompt of the guide.
 * 操作指南中的一条提示。
 */
export interface Prompt {
  /** The row of the feature table; of several prompts in one row, with a number. */
  readonly id: string;
  readonly kind: PromptKind;
  /** In Chinese word for word as the guide has it, where the guide quotes it. */
  readonly text: Hint;
  /** What to do, first things first; a next one only when the one before did not help. */
  readonly remedies: readonly Hint[];
  readonly actor: Actor;
  /** The person stops, and calls the administrator. */
  readonly stop: boolean;
  /** Whether the same order may be tried again by 圈存 (load); never a new payment. */
  readonly retry: Retry;
  /** The error codes that it is shown for. */
  readonly codes: readonly KnownErrorCode[];
}

const OPERATOR = { actor: 'operator', stop: false } as const;
const ADVICE = { kind: 'advice', ...OPERATOR, retry: 'safe', codes: [] } as const;

const WRITE_FAILED: Prompt = {
  ...{ id: 'S11', kind: 'error', ...OPERATOR, retry: 'safe' },
  text: {
    en: 'Writing the card failed. Load it from the page of recharge records.',
    zh: '充值写卡失败，请到充值记录页圈存！',
  },
  remedies: [
    {
      en: 'Open 充值记录 (recharge records), present the card again and tap 圈存 (load), today if possible.',
      zh: '打开【充值记录】，重新放卡，点【圈存】，尽量当天完成。',
    },
    {
      en: 'Until then do not use the card on the road, recharge it or refund it.',
      zh: '圈存前请勿通行消费、勿再次充值、勿退款。',
    },
    { en: 'Another terminal will do as well.', zh: '也可换任一终端圈存。' },
    LAST_OF_ALL,
  ],
  codes: ['LOAD_IN_DOUBT', 'TAC_INVALID', 'CARD_LOST'],
};

const CONTACT: Prompt = {
  ...{ id: 'S33', kind: 'label', actor: 'administrator', stop: true, retry: 'never' },
  text: { en: 'Contact the administrator', zh: '联系管理员' },
  remedies: [LAST_OF_ALL],
  codes: [
    ...(['ORDER_FROZEN', 'COUNTER_WITHOUT_PROOF', 'CREDIT_REFUSED', 'INTERNAL'] as const),
    ...(['PIN_WRONG', 'PIN_BLOCKED', 'PIN_NOT_SET', 'KEY_UNKNOWN'] as const),
    ...(['TOO_MANY_WRONG_CODES'] as const),
    ...(['CARD_DATES_UNREADABLE', 'CARD_NUMBER_UNREADABLE', 'CARD_COUNTER_EXHAUSTED'] as const),
    ...(['SIGNATURE_INVALID', 'SCOPE_MISSING', 'OUTLET_REFUSED', 'PROTOCOL_VERSION'] as const),
  ],
};

/**
 * The prompts of the guide, in its order.
 * 操作指南的全部提示。
 */
export const PROMPTS: readonly Prompt[] = [
  WRITE_FAILED,
  {
    ...{ ...ADVICE, id: 'S18', codes: ['CARD_MISMATCH'] },
    text: {
      en: 'Look carefully whether the card number that was read is right, and the balance before the recharge.',
      zh: '请务必仔细复核识别的卡号是否正确，以及充值前余额',
    },
    remedies: [
      {
        en: 'Compare the number on the card with the screen, and ask the customer about the balance.',
        zh: '核对卡面卡号与屏幕卡号，并与客户核对余额。',
      },
      {
        en: 'If they differ, take the card out and read it again.',
        zh: '不一致时取出卡片，重新读卡。',
      },
    ],
  },
  {
    ...{ ...ADVICE, id: 'S22', retry: 'after', codes: ['ORDER_UNPAID'] },
    text: {
      en: 'Take the money by POS or in another way.',
      zh: '请使用 POS 机刷卡或其他方式收款',
    },
    remedies: [
      {
        en: 'Ask the customer and look at the POS whether it was paid already: never take it twice.',
        zh: '先问客户、查 POS 是否已付：已付的勿再收。',
      },
      {
        en: 'Keep the slip: its number belongs to this order.',
        zh: '保留小票：流水号对应本订单。',
      },
      LAST_OF_ALL,
    ],
  },
  {
    ...{ ...ADVICE, id: 'S23', kind: 'label' },
    text: { en: 'Receipts are not printed yet', zh: '打票功能暂不具备' },
    remedies: [
      {
        en: 'Show the customer the order under 充值记录 (recharge records).',
        zh: '请客户查看【充值记录】中的订单。',
      },
    ],
  },
  {
    ...{ id: 'S27', kind: 'error', ...OPERATOR, retry: 'after' },
    text: {
      en: 'The end is at most 30 days after the start.',
      zh: '结束时间和开始时间差值必须在30天之内！',
    },
    remedies: [
      {
        en: 'Choose a range of 30 days or less; ask for a longer one in parts.',
        zh: '请缩短查询时间范围，较长时间分段查询。',
      },
    ],
    codes: ['RANGE_TOO_LONG'],
  },
  {
    ...{ ...ADVICE, id: 'S31' },
    text: {
      en: 'Check the card before the recharge: it shows that the reader works.',
      zh: '充值前请先做卡片检测，确认读卡正常',
    },
    remedies: READING,
  },
  {
    ...{ ...ADVICE, id: 'S32' },
    text: {
      en: 'Do not charge the terminal during a recharge or a load.',
      zh: '充值、圈存时请勿充电，请拔掉充电线',
    },
    remedies: [{ en: 'Unplug the cable, then read the card again.', zh: '拔掉充电线后重新读卡。' }],
  },
  CONTACT,
  {
    ...{ ...ADVICE, id: 'S34' },
    text: {
      en: 'Check the balance of the card after every recharge and load.',
      zh: '每次充值或圈存后，请用卡片检测核对卡余额',
    },
    remedies: [
      {
        en: 'If the balance is not the one expected, recharge nothing and look at 充值记录 (recharge records).',
        zh: '余额不符时勿再充值，先查【充值记录】。',
      },
      LAST_OF_ALL,
    ],
  },
  {
    ...{ id: 'S35', kind: 'error', ...OPERATOR, retry: 'safe' },
    text: { en: 'The card was not read', zh: '读卡失败' },
    remedies: READING,
    codes: [
      ...(['NOT_AN_ETC_CARD', 'CARD_ABSENT', 'TRANSPORT_LOST', 'TRANSPORT_TIMEOUT'] as const),
      ...(['TRANSPORT_CONNECT', 'READER_ABSENT', 'PCSC_UNAVAILABLE'] as const),
    ],
  },
  ...[
    ['S36.1', 'progress', { en: 'Asking, fetching …', zh: '正在查询，获取...' }, []] as const,
    [
      ...(['S36.2', 'error', { en: 'The connection timed out', zh: '连接超时！' }] as const),
      ['SERVER_UNREACHABLE'],
    ] as const,
    [
      ...(['S36.3', 'error', { en: 'Fetching (asking) failed', zh: '获取(查询)失败' }] as const),
      ['ANSWERED_BY_ANOTHER', 'LEDGER_UNAVAILABLE', 'LEDGER_BUSY'],
    ] as const,
    ['S36.4', 'progress', { en: 'Loading resources …', zh: '正在加载资源...' }, []] as const,
  ].map(([id, kind, text, codes]): Prompt => ({
    ...{ id, kind, text, codes, ...OPERATOR, remedies: NETWORK },
    retry: 'after',
  })),
  {
    ...{ id: 'S37', kind: 'error', actor: 'administrator', stop: true, retry: 'never' },
    text: {
      en: 'The balance of the card is not the one in the books: neither load nor recharge',
      zh: '卡余额和库余额不一致，不允许圈存充值！',
    },
    remedies: [LAST_OF_ALL],
    codes: ['BOOK_BALANCE_MISMATCH'],
  },
  {
    ...{ id: 'S38', kind: 'error', ...OPERATOR, retry: 'after' },
    text: {
      en: 'The recharge could not be submitted, submit it again',
      zh: '充值数据提交失败，请重试！',
    },
    remedies: [
      {
        en: 'Take no money again: what is repeated is the submission, never the payment.',
        zh: '不要再次收款：重试的是提交，不是收款。',
      },
      {
        en: 'Once the network is back, submit the same payment number for the same order.',
        zh: '网络恢复后，用原流水号提交本订单。',
      },
      LAST_OF_ALL,
    ],
    codes: ['PAYMENT_UNCONFIRMED', 'PAYMENT_NOT_SEEN'],
  },
];

const MISMATCH = 'CARD_MISMATCH';
/** It tells people to take money. */
const TAKE_MONEY = 'S22';

/**
 * The prompt of the guide for an error. Whoever has to stop is shown 联系管理员, whatever the code;
 * of the rest, a code that the guide does not know has none. Handed in with the result that it
 * stands in, what was paid and only waits for its card is S11, whatever kept the card from it: a
 * line that is cut then is more than 连接超时！, for the customer has paid. S22, which asks for
 * money, is shown only where it is certain that none was taken: in doubt the error's own text is.
 * 错误对应的指南提示；须停止操作的一律为“联系管理员”；已付款、待圈存的一律为“充值写卡失败”；
 * 未确知未收款时，绝不提示收款。
 * @param end `paid` and `next` of the result, where the error stands in one
 * @example
 * promptOf({ code: 'SERVER_UNREACHABLE', stop: false })?.id; // 'S36.2'
 * const end = { paid: 'yes', next: 'load' };
 * promptOf({ code: 'SERVER_UNREACHABLE', stop: false }, end)?.id; // 'S11'
 */
export function promptOf(
  error: { readonly code: string; readonly stop: boolean },
  end?: { readonly paid: string; readonly next: string },
): Prompt | undefined {
  const found = PROMPTS.find(({ codes }) => (codes as readonly string[]).includes(error.code));
  if (error.stop) return found?.stop === true ? found : CONTACT;
  const waits = end?.paid === 'yes' && end.next === 'load';
  // Another card than the one that paid: its number is compared before anything else.
  if (waits && error.code !== MISMATCH) return WRITE_FAILED;
  const isCertain = end === undefined || end.paid === 'no';
  return found?.id === TAKE_MONEY && !isCertain ? undefined : found;
}
