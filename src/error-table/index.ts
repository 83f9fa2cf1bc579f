/** Every error code of the package: one table, put together from one file a room. */
import { apduErrors } from './apdu.js';
import { cliErrors } from './cli.js';
import { coreErrors } from './core.js';
import { cryptoErrors } from './crypto.js';
import { etcErrors } from './etc.js';
import { loadErrors } from './load.js';
import { paymentErrors } from './payment.js';
import { purseErrors } from './purse.js';
import { serverErrors } from './server.js';
import { simulatorErrors } from './simulator.js';
import { terminalErrors } from './terminal.js';
import { testingErrors } from './testing.js';
import type { ErrorRow } from './row.js';
import { transportErrors } from './transport.js';

export type { ErrorRow, ErrorRows, MoneyState } from './row.js';

const table = {
  ...coreErrors,
  ...apduErrors,
  ...cryptoErrors,
  ...paymentErrors,
  ...purseErrors,
  ...etcErrors,
  ...loadErrors,
  ...transportErrors,
  ...terminalErrors,
  ...simulatorErrors,
  ...serverErrors,
  ...testingErrors,
  ...cliErrors,
} as const;

/** A stable error code. */
export type ErrorCode = keyof typeof table;

/** Texts, hints and money state of every code. Codes are stable for ever. */
export const ERROR_TABLE: Readonly<Record<ErrorCode, ErrorRow>> = table;
