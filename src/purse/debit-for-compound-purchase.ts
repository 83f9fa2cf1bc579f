/**
 * DEBIT FOR CAPP PURCHASE: the same bytes as DEBIT FOR PURCHASE; the card knows from its own state
 * that a compound purchase (复合消费) is open, writes the cached record with the debit, and uses
 * type 09 in MAC1 and TAC.
 *
 *   80 54 01 00 0F terminalSerial(4) date(4) time(3) MAC1(4) 08
 *   answer  0–3 TAC · 4–7 MAC2
 */
export {
  type Answer,
  build,
  parse,
  parseCommand,
  type Request,
  statusWords,
} from './debit-for-purchase.js';
