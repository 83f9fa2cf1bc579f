/** A day of an outlet, for people and for scripts. */
import { ORDER_STATE_NAMES } from '../../load/index.js';
import type { DayMovement, DayReport } from '../../messages/index.js';
import { formatYuan } from '../../money.js';
import type { Output, Texts } from '../output.js';
import { nameOf, timeOf } from './command.js';

const STATES: Readonly<Record<DayReport['state'], Texts>> = {
  open: { en: 'open', zh: '未日结' },
  'awaits-approval': { en: 'waits for a second person', zh: '待另一人确认' },
  closed: { en: 'closed', zh: '已日结' },
};

const MOVEMENTS: Readonly<Record<DayMovement, Texts>> = {
  taken: { en: 'taken', zh: '收款' },
  surplus: { en: 'surplus taken', zh: '多收' },
  loaded: { en: 'loaded onto cards', zh: '圈存入卡' },
  reversed: { en: 'reversed, to be refunded', zh: '更正待退' },
  refunded: { en: 'refunded', zh: '退款' },
  other: { en: 'other', zh: '其他' },
};

const AS: Readonly<Record<DayReport['movements'][number]['as'], Texts>> = {
  day: { en: 'of the day', zh: '当日' },
  earlier: { en: 'of orders of earlier days (make-ups)', zh: '以前订单（补办）' },
  late: { en: 'after its own day was closed', zh: '日结后入账' },
};

/** What people call a method of paying. */
export function methodName(method: string, output: Output): string {
  const known: Readonly<Record<string, Texts>> = {
    cash: { en: 'cash', zh: '现金' },
    pos: { en: 'POS', zh: 'POS' },
    wechat: { en: 'WeChat', zh: '微信' },
    alipay: { en: 'Alipay', zh: '支付宝' },
  };
  return output.pick(known[method] ?? method);
}

/** Tells it whole. */
export function tellDay(report: DayReport, output: Output): void {
  const { outlet, day, state, next, methods, movements, standing, corrections } = report;
  output.title(`${outlet}  ${day}  ${output.pick(STATES[state])}`);
  for (const one of methods) {
    output.line(`  ${methodName(one.method, output)}: ${output.pick(methodTexts(one))}`);
  }
  for (const { kind, as, count, amountFen } of movements) {
    const words = `${output.pick(MOVEMENTS[kind])} · ${output.pick(AS[as])}`;
    output.line(`  ${formatYuan(amountFen).padStart(14)}  ${String(count).padStart(6)}  ${words}`);
  }
  for (const one of standing) {
    const words = output.pick({ en: 'stands', zh: '未了结' });
    const name = output.pick(ORDER_STATE_NAMES[one.state]);
    const yuan = formatYuan(one.amountFen).padStart(14);
    output.line(`  ${yuan}  ${String(one.count).padStart(6)}  ${words}: ${name}`);
  }
  for (const { about, method, amountFen, reason } of corrections) {
    output.line({
      en: `  correction of ${about}, ${methodName(method, output)}: ${formatYuan(amountFen)} (${reason})`,
      zh: `  更正 ${about} ${methodName(method, output)}：${formatYuan(amountFen)} 元（${reason}）`,
    });
  }
  tellPeople(report, output);
  if (next !== undefined) {
    output.line({ en: `  ${next} has to be closed first`, zh: `  须先办理 ${next} 日结` });
  }
  output.event('day', { ...report });
}

function methodTexts(one: DayReport['methods'][number]): Texts {
  const [taken, back, system] = [one.takenFen + one.surplusFen, one.refundedFen, one.systemFen].map(
    formatYuan,
  );
  const en = `taken ${taken ?? ''}, refunded ${back ?? ''}, books ${system ?? ''}`;
  const zh = `收 ${taken ?? ''}，退 ${back ?? ''}，账面 ${system ?? ''}`;
  const { countedFen, differenceFen = 0 } = one;
  if (countedFen === undefined) return { en: `${en}; not counted`, zh: `${zh}；未清点` };
  const counted = formatYuan(countedFen);
  const difference = formatYuan(Math.abs(differenceFen));
  if (differenceFen === 0) {
    return { en: `${en}, counted ${counted}: agrees`, zh: `${zh}，清点 ${counted}：相符` };
  }
  return differenceFen < 0
    ? {
        en: `${en}, counted ${counted}: ${difference} SHORT`,
        zh: `${zh}，清点 ${counted}：短款 ${difference}`,
      }
    : {
        en: `${en}, counted ${counted}: ${difference} over`,
        zh: `${zh}，清点 ${counted}：长款 ${difference}`,
      };
}

function tellPeople({ saidBy, approvedBy, closedAtMs, reason }: DayReport, output: Output): void {
  if (reason !== undefined) output.line({ en: `  reason: ${reason}`, zh: `  原因：${reason}` });
  if (saidBy !== undefined) {
    const at = closedAtMs === undefined ? '' : `  ${timeOf(closedAtMs)}`;
    output.line({ en: `  by ${nameOf(saidBy)}${at}`, zh: `  经办 ${nameOf(saidBy)}${at}` });
  }
  if (approvedBy !== undefined) {
    output.line({
      en: `  second person ${nameOf(approvedBy)}`,
      zh: `  确认 ${nameOf(approvedBy)}`,
    });
  }
}
