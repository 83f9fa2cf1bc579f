/**
 * Code tables of the toll application. A value that no table knows has no name: it is shown as the
 * number it is, and nothing is guessed.
 */
import type { Named } from '../plate.js';

type Table = Readonly<Record<number, Named>>;

/** 储值卡: the only kind that may be recharged. */
export const STORED_VALUE_CARD = 22;
/** 记账卡, and its test twin. */
const PASS_CARDS: readonly number[] = [23, 53];

/** 卡片类型, EF 0015 byte 8. 51–53 are the test twins of 21–23; 26–31 are Yunnan's own. */
export const CARD_TYPES = {
  21: { en: 'month or year pass', zh: '年/月票卡' },
  22: { en: 'stored-value card', zh: '储值卡' },
  23: { en: 'pass card (billed)', zh: '记账卡' },
  51: { en: 'test month or year pass', zh: '年/月票卡（测试）' },
  52: { en: 'test stored-value card', zh: '储值卡（测试）' },
  53: { en: 'test pass card', zh: '记账卡（测试）' },
} as const satisfies Table;

/** 用户类型, EF 0015 byte 40. */
export const USER_TYPES = {
  0: { en: 'ordinary', zh: '普通用户' },
  6: { en: 'official vehicle', zh: '公务车' },
  8: { en: 'military or police', zh: '军警车' },
  10: { en: 'emergency', zh: '紧急车' },
  12: { en: 'free of toll', zh: '免费车' },
  14: { en: 'fleet', zh: '车队' },
} as const satisfies Table;

/** 车型, EF 0015 byte 42. */
export const VEHICLE_CLASSES = {
  1: { en: 'passenger 1', zh: '客一' },
  2: { en: 'passenger 2', zh: '客二' },
  3: { en: 'passenger 3', zh: '客三' },
  4: { en: 'passenger 4', zh: '客四' },
  11: { en: 'goods 1', zh: '货一' },
  12: { en: 'goods 2', zh: '货二' },
  13: { en: 'goods 3', zh: '货三' },
  14: { en: 'goods 4', zh: '货四' },
  15: { en: 'goods 5', zh: '货五' },
  16: { en: 'goods 6', zh: '货六' },
  21: { en: 'special operations 1', zh: '专项作业一' },
  22: { en: 'special operations 2', zh: '专项作业二' },
  23: { en: 'special operations 3', zh: '专项作业三' },
  24: { en: 'special operations 4', zh: '专项作业四' },
  25: { en: 'special operations 5', zh: '专项作业五' },
  26: { en: 'special operations 6', zh: '专项作业六' },
} as const satisfies Table;

/** 入出口状态, EF 0012 and EF 0019. */
export const PASSAGE_STATUSES = {
  0: { en: 'left, or returned', zh: '出口/归还' },
  1: { en: 'entered by a staffed lane', zh: '封闭 MTC 入口' },
  2: { en: 'left by a staffed lane', zh: 'MTC 出口' },
  3: { en: 'entered by an ETC lane', zh: '封闭 ETC 入口' },
  4: { en: 'left by an ETC lane', zh: 'ETC 出口' },
  5: { en: 'portable terminal', zh: '便携机' },
  7: { en: 'handheld terminal', zh: '手持机' },
  9: { en: 'unattended lane', zh: '无人值守' },
} as const satisfies Table;

/**
 * Name of a card type.
 * 卡片类型名称。
 * @example cardTypeName(22)?.zh; // '储值卡'
 */
export function cardTypeName(code: number): Named | undefined {
  return (CARD_TYPES as Table)[code];
}

/**
 * Whether a card is billed (记账卡): its purse counts what was billed, and holds no money.
 * 是否为记账卡（其钱包为累计数，不是余额）。
 * @example isPassCard(23); // true
 */
export function isPassCard(cardType: number): boolean {
  return PASS_CARDS.includes(cardType);
}

/**
 * Name of a user type.
 * 用户类型名称。
 * @example userTypeName(0)?.zh; // '普通用户'
 */
export function userTypeName(code: number): Named | undefined {
  return (USER_TYPES as Table)[code];
}

/**
 * Name of a vehicle class.
 * 车型名称。
 * @example vehicleClassName(1)?.zh; // '客一'
 */
export function vehicleClassName(code: number): Named | undefined {
  return (VEHICLE_CLASSES as Table)[code];
}

/**
 * Name of a passage status.
 * 入出口状态名称。
 * @example passageStatusName(3)?.zh; // '封闭 ETC 入口'
 */
export function passageStatusName(code: number): Named | undefined {
  return (PASSAGE_STATUSES as Table)[code];
}
