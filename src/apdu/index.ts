/**
 * ISO/IEC 7816-4: commands built and parsed, responses, status words, BER-TLV, secure messaging.
 * Knows nothing of purses.
 * @module
 */
export { buildCommand, type Command, type CommandInit, parseCommand } from './command.js';
export { type CommandPattern, expectCommand, mismatch } from './expect-command.js';
export { type Fci, parseFci } from './fci.js';
export { buildResponse, parseResponse, type Response, statusWordOf, SW_OK } from './response.js';
export {
  decipherBody,
  encipherBody,
  type LineKey,
  openResponse,
  parseProtected,
  type ProtectedCommand,
  protectWithCipher,
  protectWithMac,
  verifyProtected,
} from './secure-messaging.js';
export { explainStatus, type Outcome, parseOutcome, type Status, swText } from './status.js';
export { GENERAL_STATUS_WORDS, type StatusTable, type StatusText } from './status-words.js';
export * as appendRecord from './commands/append-record.js';
export * as externalAuthenticate from './commands/external-authenticate.js';
export * as getChallenge from './commands/get-challenge.js';
export * as getResponse from './commands/get-response.js';
export * as internalAuthenticate from './commands/internal-authenticate.js';
export * as readBinary from './commands/read-binary.js';
export * as readRecord from './commands/read-record.js';
export * as select from './commands/select.js';
export * as updateBinary from './commands/update-binary.js';
export * as updateRecord from './commands/update-record.js';
export * as verify from './commands/verify.js';
