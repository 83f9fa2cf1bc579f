/**
 * Plates: their colours, and how they are compared. What a card holds and what an operator types
 * are spelt in many ways that name one vehicle: blanks before, behind and between, full-width
 * letters of an input method, small letters, and the middle dot that is painted on the plate. They
 * are folded on both sides of a search; shown is always what the card holds.
 *
 *   every blank, width 0 too   goes
 *   middle dots and hyphens    go: · • ‧ ∙ ⋅ ・ ･ … no plate differs by one alone
 *   full width FF01–FF5E       becomes ASCII
 *   a–z                        becomes A–Z
 *
 * Nothing else is changed: neither O to 0 nor one character for another that looks like it.
 */

/** A name in two languages. */
export interface Named {
  readonly en: string;
  readonly zh: string;
}

/** 车牌颜色. */
export const PLATE_COLOURS = {
  0: { en: 'blue', zh: '蓝' },
  1: { en: 'yellow', zh: '黄' },
  2: { en: 'black', zh: '黑' },
  3: { en: 'white', zh: '白' },
  4: { en: 'green (gradient)', zh: '渐变绿' },
  5: { en: 'yellow and green', zh: '黄绿双拼' },
  6: { en: 'blue and white', zh: '蓝白渐变' },
  7: { en: 'temporary', zh: '临时' },
  9: { en: 'unknown', zh: '未确定' },
  11: { en: 'green', zh: '绿' },
  12: { en: 'red', zh: '红' },
} as const satisfies Readonly<Record<number, Named>>;

/** 未确定: the colour of a card that does not say it. */
export const UNKNOWN_PLATE_COLOUR = 9;

/** Blanks of every width, joiners and marks of direction among them. */
const BLANKS = String.raw`\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff`;
/** Dots in the middle of a line, as fonts have them, and as input methods do. */
const DOTS = String.raw`.\u00b7\u2022\u2024\u2027\u2218\u2219\u22c5\u25cf\u25e6\u2981\uff0e`;
const OTHER_DOTS = String.raw`\u0387\u16eb\u2e31\u2e33\u30fb\u318d\uff65\ua78f`;
const HYPHENS = String.raw`\u2010-\u2015\u2212\uff0d-`;

/** What a plate is not told by: the inside of a character class, wide forms among them. */
export const SILENT_IN_PLATES = /* @__PURE__ */ (() => BLANKS + DOTS + OTHER_DOTS + HYPHENS)();

const FULL_WIDTH = /[\uff01-\uff5e]/g;
const FULL_WIDTH_DISTANCE = 0xfee0;

/**
 * Folds a plate, so that two spellings of one plate are the same text.
 * 车牌归一化：去空格、间隔点与连字符，全角转半角，小写转大写；仅用于比较与检索，显示仍用卡内原文。
 * @returns empty where there is nothing but blanks and dots
 * @example foldPlate(' 甘ａ·12345'); // '甘A12345'
 */
export function foldPlate(plate: string): string {
  return plate
    .replace(FULL_WIDTH, (wide) => String.fromCharCode(wide.charCodeAt(0) - FULL_WIDTH_DISTANCE))
    .replace(new RegExp(`[${SILENT_IN_PLATES}]`, 'g'), '')
    .replace(/[a-z]+/g, (small) => small.toUpperCase());
}

/** 未确定: the card says that the colour is not known. */
const UNDETERMINED = 9;

/** The colours that a plate can be told by. */
export const KNOWN_PLATE_COLOURS: readonly number[] = /* @__PURE__ */ (() =>
  Object.keys(PLATE_COLOURS)
    .map(Number)
    .filter((code) => code !== UNDETERMINED))();

/**
 * Whether a card with this colour may be of a vehicle with that one. A colour that no table knows,
 * or that the card calls unknown, may be any: a search by colour leaves such a card in.
 * 车牌颜色是否可能相符：未确定或表外的颜色视为可能相符。
 * @example mayBePlateColour(9, 0); // true: the card does not say, so it may be blue
 */
export function mayBePlateColour(onCard: number, asked: number): boolean {
  return onCard === asked || !KNOWN_PLATE_COLOURS.includes(onCard);
}

/**
 * Name of a plate colour.
 * 车牌颜色名称。
 * @example plateColourName(0)?.zh; // '蓝'
 */
export function plateColourName(code: number | undefined): Named | undefined {
  return code === undefined ? undefined : (PLATE_COLOURS as Readonly<Record<number, Named>>)[code];
}
