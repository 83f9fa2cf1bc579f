/**
 * Slips (小票): receipt and held slip as lines of 32 columns, and as ESC/POS bytes for the printer.
 * Pure: nothing is printed, and how often a slip was printed is counted by the server.
 * @module
 */
export { encodeEscPos, type EscPosOptions } from './esc-pos.js';
export { layOutSlip, type SlipWords } from './of-order.js';
export type { SlipPayment, SlipProof, SlipView } from '../load/index.js';
export { layOutHeldSlip, layOutReceipt } from './lay-out.js';
export type { SlipFacts, HeldSlip, Receipt, SlipLanguage } from './facts.js';
export type { SlipLine, SlipText } from './lines.js';
