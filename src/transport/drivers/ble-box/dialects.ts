/**
 * What makers of boxes do differently, as data. A new maker is a row, not code.
 *
 * Confidence: low for everything in this file but the start bytes, the command bytes, the sizes and
 * the tag 80, which several independent sources show. Where the sources are silent the row says
 * what is most careful, and a trace of a real box should settle it.
 */

/** How one kind of box frames its messages. */
export interface BoxDialect {
  /** First byte of a frame. */
  readonly startByte: number;
  /** Whether a sequence number stands after the start byte. */
  readonly hasSequence: boolean;
  /** Whether the checksum takes the start byte in. */
  readonly bccOverStart: boolean;
  /** A frame, with everything. */
  readonly maxFrameBytes: number;
  /** A message's list of commands. */
  readonly maxListBytes: number;
  /** Order of the two length bytes of the card channel. */
  readonly lengthOrder: 'big' | 'little';
  readonly commands: { readonly handshake: number; readonly card: number; readonly reset: number };
  /** What is added to a command's byte in its answer. */
  readonly answerOffset: number;
  /** Tags of the two lists: commands, answers. */
  readonly listTags: { readonly commands: number; readonly answers: number };
  /**
   * Whether the box stops at an answer that is not 9000. Unless it is known to, a command that must
   * not run after a failure is put first in a frame of its own.
   */
  readonly stopsAtFailure: boolean;
}

const COMMON: BoxDialect = {
  startByte: 0x33,
  hasSequence: true,
  bccOverStart: false,
  maxFrameBytes: 92,
  maxListBytes: 384,
  lengthOrder: 'big',
  commands: { handshake: 0xa2, card: 0xa3, reset: 0xa9 },
  answerOffset: 0x10,
  listTags: { commands: 0x80, answers: 0x81 },
  stopsAtFailure: false,
};

/**
 * The dialects that are known.
 * 已知方言：`33` 帧（多数厂家）与 `50` 帧。
 */
export const BOX_DIALECTS = {
  /** `33 SN CTL LEN DATA BCC`. Confidence: medium. */
  'frame-33': COMMON,
  /** `50 CTL LEN DATA BCC`. Confidence: low. */
  'frame-50': { ...COMMON, startByte: 0x50, hasSequence: false },
} as const satisfies Readonly<Record<string, BoxDialect>>;

/** A dialect's name. */
export type BoxDialectName = keyof typeof BOX_DIALECTS;

/** One maker. */
export interface BoxVendor {
  readonly name: string;
  /** How its Bluetooth names begin. */
  readonly prefixes: readonly string[];
  readonly dialect: BoxDialectName;
}

/**
 * Makers by the beginning of the Bluetooth name. Confidence: low; the list is not complete.
 * 厂家表（按蓝牙名称前缀）。
 */
export const BOX_VENDORS: readonly BoxVendor[] = [
  { name: '万集', prefixes: ['WJ'], dialect: 'frame-33' },
  { name: '聚利', prefixes: ['JL'], dialect: 'frame-33' },
  { name: '金溢', prefixes: ['JY', 'Genvict'], dialect: 'frame-33' },
  { name: '埃特斯', prefixes: ['ART'], dialect: 'frame-33' },
];

/**
 * The maker of a box by its Bluetooth name; `undefined` when it is not in the table.
 * 按蓝牙名称识别厂家。
 * @example const dialect = boxVendorOf('WJ-1234')?.dialect ?? 'frame-33';
 */
export function boxVendorOf(bluetoothName: string): BoxVendor | undefined {
  const name = bluetoothName.toUpperCase();
  return BOX_VENDORS.find(({ prefixes }) =>
    prefixes.some((prefix) => name.startsWith(prefix.toUpperCase())),
  );
}
