/** What to do about a card's status word, and who: by what kind of refusal it is. */
import type { Actor } from '../../errors.js';
import type { Texts } from '../output.js';

/** The advice that is safe for every command that may have been answered so. */
export interface StatusAdvice {
  readonly next: Texts;
  readonly actor: Actor;
}

const NOTHING: StatusAdvice = {
  next: { en: 'Nothing: this is no refusal.', zh: '无需处理：并非拒绝。' },
  actor: 'operator',
};
const BY_READER: StatusAdvice = {
  next: {
    en: 'Nothing: `withGetResponse` asks again as the card wants it. Without it, put it around the transport.',
    zh: '无需处理：withGetResponse 会按卡片要求再取一次；未使用时请包在传输层外。',
  },
  actor: 'administrator',
};
const PIN: StatusAdvice = {
  next: {
    en: 'Do not try again: each wrong try is counted by the card, and the last one locks it. Ask who runs the system which PIN these cards have.',
    zh: '勿重试：每次错误都被卡片计数，最后一次将锁定。请联系管理员核对该批卡的 PIN。',
  },
  actor: 'administrator',
};
const LOCKED: StatusAdvice = {
  next: {
    en: 'This card, or its application, is locked or cannot do this. The customer takes it to the issuer.',
    zh: '卡片或应用已锁定，或不支持该功能。请客户到发行方网点处理。',
  },
  actor: 'customer',
};
const NOT_THIS_CARD: StatusAdvice = {
  next: {
    en: 'This is not the file or the key that was expected: check that it is an ETC stored-value card (储值卡), then the address of the application.',
    zh: '与预期的文件或密钥不符：请先确认是 ETC 储值卡，再核对应用地址。',
  },
  actor: 'operator',
};
const MAC: StatusAdvice = {
  next: {
    en: 'Take no money again. The order is held: load (圈存) once with the card. If it is refused again, compare the keys of server and cards.',
    zh: '勿再次收款。订单保留：重新放卡圈存一次；仍被拒绝时请管理员核对服务器与卡片的密钥。',
  },
  actor: 'administrator',
};
const STATE: StatusAdvice = {
  next: {
    en: 'The card was moved or its transaction ended. Take no money again: put the card back and load (圈存).',
    zh: '卡片移动或交易已中断。勿再次收款：重新放卡并圈存。',
  },
  actor: 'operator',
};
const BALANCE: StatusAdvice = {
  next: {
    en: 'The balance does not suffice for this amount; of a recharge no command answers so.',
    zh: '余额不足以支付该金额；充值命令不会返回此状态字。',
  },
  actor: 'customer',
};
const PROOF: StatusAdvice = {
  next: {
    en: 'The card keeps no proof for this counter. It is no sign that nothing was written: the order stays held.',
    zh: '卡片未保存该序号的交易认证。这不说明未写卡：订单保留。',
  },
  actor: 'operator',
};
const WORN: StatusAdvice = {
  next: {
    en: 'The card’s memory or counter is at its end. Take no money again; look the order up; the customer takes the card to the issuer.',
    zh: '卡片存储器或交易序号已到极限。勿再次收款，查询订单；请客户到发行方网点换卡。',
  },
  actor: 'administrator',
};
const REQUEST: StatusAdvice = {
  next: {
    en: 'The command does not fit this card: keep a trace (`quancun trace`) and report it.',
    zh: '命令与该卡不符：请保留通信记录（quancun trace）并反馈。',
  },
  actor: 'administrator',
};

/** The first pattern that fits counts. */
const ADVICE: readonly (readonly [pattern: RegExp, advice: StatusAdvice])[] = [
  [/^9000$/, NOTHING],
  [/^(61|6C)/, BY_READER],
  [/^(63C.|6983)$/, PIN],
  [/^(6A81|6283|9303|9408)$/, LOCKED],
  [/^(6A82|6A83|6A88|6986|9403)$/, NOT_THIS_CARD],
  [/^(9302|6988|6984)$/, MAC],
  [/^(6901|6985|6982|6400)$/, STATE],
  [/^(9301|9401)$/, BALANCE],
  [/^9406$/, PROOF],
  [/^(6581|9402)$/, WORN],
];

/** Advice about a status word in hex. */
export function statusAdvice(hex: string): StatusAdvice {
  return ADVICE.find(([pattern]) => pattern.test(hex))?.[1] ?? REQUEST;
}
