/** Rows of the days of outlets: why one is not closed, or not exported. */
import type { ErrorRow } from '../../error-row.js';

export const DAY_NOT_OVER: ErrorRow<'DAY_NOT_OVER'> = {
  code: 'DAY_NOT_OVER',
  en: '{day} is not over yet',
  zh: '{day} 尚未结束',
  hint: {
    en: 'A day is closed after its midnight; until then look at the takings.',
    zh: '日结须在当日零点之后办理；当日情况请查交班报表。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const DAY_OUT_OF_ORDER: ErrorRow<'DAY_OUT_OF_ORDER'> = {
  code: 'DAY_OUT_OF_ORDER',
  en: 'Days are closed in order: {next} is next',
  zh: '日结须按日期顺序办理，下一日为 {next}',
  hint: { en: 'Close that day first.', zh: '请先办理该日日结。' },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const DAY_CLOSED: ErrorRow<'DAY_CLOSED'> = {
  code: 'DAY_CLOSED',
  en: '{day} is closed, and stays as it is',
  zh: '{day} 已日结，不可更改',
  hint: {
    en: 'What was found since is a correction of the next open day, with a second person.',
    zh: '日结后发现的差额，作为下一日的更正办理，并须另一人确认。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'never',
};

export const DAY_NOT_CLOSED: ErrorRow<'DAY_NOT_CLOSED'> = {
  code: 'DAY_NOT_CLOSED',
  en: '{day} is not closed at this outlet',
  zh: '该网点 {day} 尚未日结',
  hint: {
    en: 'Only a closed day is exported, or corrected: what it comes to can still change.',
    zh: '未日结的数据仍会变化，不能导出或更正；请先办理日结。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const DAY_WITHOUT_BOOKINGS: ErrorRow<'DAY_WITHOUT_BOOKINGS'> = {
  code: 'DAY_WITHOUT_BOOKINGS',
  en: 'Nothing was ever booked at this outlet by the end of {day}',
  zh: '截至 {day}，该网点没有任何记账',
  hint: {
    en: "Check the outlet's name: it is written as the orders have it.",
    zh: '请核对网点名称，须与订单中的一致。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const DAY_COUNT_MISSING: ErrorRow<'DAY_COUNT_MISSING'> = {
  code: 'DAY_COUNT_MISSING',
  en: 'The cash of this day was not counted',
  zh: '尚未清点当日现金',
  hint: { en: 'Count it, and say what was counted.', zh: '请清点现金并填写清点金额。' },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const DAY_REASON_MISSING: ErrorRow<'DAY_REASON_MISSING'> = {
  code: 'DAY_REASON_MISSING',
  en: 'What was counted is not what the books have, and no reason is given',
  zh: '清点金额与账面不符，且未填写原因',
  hint: {
    en: 'Count again. If it still differs, say why; then a second person sends the same.',
    zh: '请重新清点；仍不符的，填写原因，再由另一人以相同内容确认。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};
