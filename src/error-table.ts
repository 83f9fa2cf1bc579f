/**
 * Every row of the package in one table: for documents, tests and whoever explains a code. Nothing
 * that throws imports it but for its type, so no bundle carries it unasked.
 * @module
 */
import * as apdu from './apdu/errors.js';
import * as cli from './cli/errors.js';
import * as docs from './cli/docs/errors.js';
import * as conformance from './conformance/errors.js';
import * as crypto from './crypto/errors.js';
import type { ErrorRow } from './error-row.js';
import * as etc from './etc/errors.js';
import * as json from './json/errors.js';
import * as load from './load/errors.js';
import * as remote from './remote/errors.js';
import * as server from './server/errors.js';
import * as backup from './server/backup/errors.js';
import * as hsm from './server/hsm/errors.js';
import * as http from './server/http/errors.js';
import * as pkcs11 from './server/hsm/pkcs11/errors.js';
import * as hold from './server/hold/errors.js';
import * as outage from './server/outage/errors.js';
import * as journal from './server/journal/errors.js';
import * as persons from './server/persons/errors.js';
import * as office from './server/office/errors.js';
import * as payment from './server/payment/errors.js';
import * as signing from './signing/errors.js';
import * as simulator from './simulator/errors.js';
import * as terminal from './terminal/errors.js';
import * as transport from './transport/errors.js';
import * as core from './core-errors.js';
import * as vectors from './vectors/errors.js';

const table = {
  ...core,
  ...apdu,
  ...crypto,
  ...etc,
  ...json,
  ...load,
  ...signing,
  ...transport,
  ...remote,
  ...terminal,
  ...simulator,
  ...server,
  ...backup,
  ...hold,
  ...http,
  ...hsm,
  ...pkcs11,
  ...outage,
  ...journal,
  ...payment,
  ...persons,
  ...office,
  ...conformance,
  ...vectors,
  ...cli,
  ...docs,
};

/** A code that this version knows. */
export type KnownErrorCode = keyof typeof table;

/**
 * The texts, hint and money state of every code this version knows.
 * 全部错误码及其中英文说明。
 */
export const ERROR_TABLE: Readonly<Record<KnownErrorCode, ErrorRow>> = table;
