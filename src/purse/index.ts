/**
 * The PBOC electronic purse: one namespace per command, each with `build`, `parseCommand`, `parse`
 * and `statusWords`, and the formulas of session keys, MAC1, MAC2, MAC3 and TAC.
 * @module
 */
export {
  computeLoadSessionKey,
  computePurchaseSessionKey,
  computeUnloadSessionKey,
  type LoadSessionInputs,
  type PurchaseSessionInputs,
  writeLoadSessionMessage,
} from './session-key.js';
export * from './mac1.js';
export * from './mac2.js';
export * from './mac3.js';
export {
  computeLoadTac,
  computePurchaseTac,
  foldTacKey,
  type LoadTacInputs,
  type PurchaseTacInputs,
  verifyLoadTac,
  verifyPurchaseTac,
  writeLoadTacMessage,
} from './tac.js';
export {
  findCommandFile,
  findCommandRow,
  findTransactionType,
  type CommandFile,
  type CommandRow,
} from './commands.js';
export type { DateTime } from './date-time.js';
export type { InitializeRequest } from './initialize.js';
export type { Balance } from '../money.js';
export { type Purse, rawBalance } from './purse-id.js';
export { TRANSACTION_TYPES, type TransactionType } from './transaction-types.js';
export * as creditForLoad from './credit-for-load.js';
export * as debitForCompoundPurchase from './debit-for-compound-purchase.js';
export * as debitForPurchase from './debit-for-purchase.js';
export * as debitForUnload from './debit-for-unload.js';
export * as getBalance from './get-balance.js';
export * as getTransactionProve from './get-transaction-prove.js';
export * as initializeForCompoundPurchase from './initialize-for-compound-purchase.js';
export * as initializeForLoad from './initialize-for-load.js';
export * as initializeForPurchase from './initialize-for-purchase.js';
export * as initializeForUnload from './initialize-for-unload.js';
export * as updateCappDataCache from './update-capp-data-cache.js';
