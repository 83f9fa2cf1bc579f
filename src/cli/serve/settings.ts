/**
 * How `serve` is told what it is to do: by words, by the environment, by a file, in this order.
 * A password belongs to the last two: words stand in the list of processes for everybody to read.
 */
import { dirname, resolve as inFolder } from 'node:path';
import { type Command, Option } from 'commander';
import * as v from 'valibot';
import { expectFile, partOf, textOf, wholeOf } from '../../json/index.js';
import { expectPostgres } from '../options/db-option.js';
import { readJson, readText } from '../options/files.js';
import { wholeNumber } from '../options/whole-number.js';
import { type CommonOptions, fromOption, type Output, wrongOption } from '../output.js';

const MAX_PORT = 65_535;
/** Ten minutes: whoever shares out requests has noticed long before. */
const MAX_DRAIN_MS = 600_000;
const MAX_AT_ONCE = 1_000_000;

/** `serve --config FILE`: each setting by the name of its option; files are relative to it. */
export const SERVE_FILE = partOf({
  db: textOf(4_096),
  dbPasswordFile: textOf(4_096),
  keys: textOf(4_096),
  journal: textOf(4_096),
  payments: textOf(4_096),
  issuer: v.picklist(['sole', 'shared']),
  host: textOf(255),
  port: wholeOf(0, MAX_PORT),
  adminHost: textOf(255),
  adminPort: wholeOf(0, MAX_PORT),
  corsOrigins: v.array(textOf(255)),
  counter: textOf(255),
  counterKey: textOf(256),
  drainMs: wholeOf(0, MAX_DRAIN_MS),
  maxAtOnce: wholeOf(1, MAX_AT_ONCE),
});
const FILES = ['dbPasswordFile', 'keys', 'journal', 'payments'] as const;

/** Words and variables, as commander reads them. */
export interface ServeWords extends CommonOptions {
  readonly config?: string;
  readonly db?: string;
  readonly dbPasswordFile?: string;
  readonly keys?: string;
  readonly journal?: string;
  readonly newJournal?: boolean;
  readonly payments?: string;
  readonly issuer?: string;
  readonly host?: string;
  readonly port?: string;
  readonly adminHost?: string;
  readonly adminPort?: string;
  readonly corsOrigin?: string;
  readonly counter?: string;
  readonly counterKey?: string;
  readonly drainMs?: string;
  readonly maxAtOnce?: string;
}

/** What a server is to do. */
export interface Settings {
  /** With its password, wherever that came from. */
  readonly db: string;
  readonly keys: string;
  readonly journal?: string;
  readonly newJournal: boolean;
  readonly payments?: string;
  readonly issuer: 'sole' | 'shared';
  readonly host: string;
  readonly port: number;
  readonly adminHost: string;
  readonly adminPort?: number;
  readonly corsOrigins: readonly string[];
  /** Where the page at the counter is, and the device that signs for it. */
  readonly counter?: string;
  readonly counterKey?: string;
  readonly drainMs: number;
  readonly maxAtOnce: number;
}

/**
 * Adds the options. Ports have other variables than one would think: Kubernetes makes QUANCUN_PORT
 * for a service of that name, and what it holds is no port.
 */
export function addServeOptions(command: Command): Command {
  const option = (flags: string, about: string, variable: string): void => {
    command.addOption(new Option(flags, about).env(variable));
  };
  const db = 'sqlite:FILE (one process) or postgres://… (any number)';
  option('--config <file>', 'JSON: any of these, by name in camelCase', 'QUANCUN_CONFIG');
  option('--db <db>', db, 'QUANCUN_DB');
  const password = 'holds the password of a postgres:// database';
  option('--db-password-file <file>', password, 'QUANCUN_DB_PASSWORD_FILE');
  option(
    '--keys <file>',
    'JSON: { "hsm": test keys, or "pkcs11": a token; "terminals": [ … ] }',
    'QUANCUN_KEYS',
  );
  const journal = 'issuance journal; on another disk than the database';
  option('--journal <file>', journal, 'QUANCUN_JOURNAL');
  command.option('--new-journal', 'the journal is new on purpose, though the ledger has another');
  const payments = 'JSON: the QR payment providers, with their key files';
  option('--payments <file>', payments, 'QUANCUN_PAYMENTS');
  const issuer = 'sole: nobody else can load these cards (default: shared)';
  option('--issuer <sole|shared>', issuer, 'QUANCUN_ISSUER');
  const port = 'listen on this TCP port (0: any free one; default: 8080)';
  option('--port <port>', port, 'QUANCUN_LISTEN_PORT');
  option('--host <address>', 'listen on this address (default: 127.0.0.1)', 'QUANCUN_HOST');
  const adminPort = 'metrics, and why it is not ready, on this port alone';
  option('--admin-port <port>', adminPort, 'QUANCUN_ADMIN_LISTEN_PORT');
  const adminHost = 'address of the admin port (default: 127.0.0.1)';
  option('--admin-host <address>', adminHost, 'QUANCUN_ADMIN_HOST');
  const cors = 'pages of these origins may ask, by commas (default: none)';
  option('--cors-origin <origins>', cors, 'QUANCUN_CORS_ORIGIN');
  const counter = 'the page of this origin is served at /counter, by --counter-key';
  option('--counter <origin>', counter, 'QUANCUN_COUNTER');
  const device = 'key id of the device that signs for it; its entry has "persons": true';
  option('--counter-key <keyId>', device, 'QUANCUN_COUNTER_KEY');
  const drain = 'goes on for so long after SIGTERM, not ready any more (default: 0)';
  option('--drain-ms <ms>', drain, 'QUANCUN_DRAIN_MS');
  const atOnce = 'requests inside before new orders are sent away (default: 512)';
  option('--max-at-once <count>', atOnce, 'QUANCUN_MAX_AT_ONCE');
  return command;
}

/** Puts words, variables and the file together. */
export function readSettings(words: ServeWords): Settings {
  const file = words.config === undefined ? {} : readConfig(words.config);
  const given = { ...file, ...defined(words) };
  const { db, keys, issuer = 'shared', journal, payments, corsOrigin } = given;
  if (keys === undefined) throw wrongOption('--keys', { en: 'a file', zh: '文件名' });
  if (db === undefined) throw wrongOption('--db', 'sqlite:FILE | postgres://…');
  if (issuer !== 'sole' && issuer !== 'shared') throw wrongOption('--issuer', 'sole | shared');
  const whole = (option: string, text: string | undefined, max: number, otherwise: number) =>
    text === undefined ? otherwise : wholeNumber(option, text, max);
  const { adminPort } = given;
  const maxAtOnce = whole('--max-at-once', given.maxAtOnce, MAX_AT_ONCE, 512);
  if (maxAtOnce === 0) throw wrongOption('--max-at-once', { en: '1 or more', zh: '1 或以上' });
  return {
    db: given.dbPasswordFile === undefined ? db : withPassword(db, given.dbPasswordFile),
    ...{ keys, issuer, maxAtOnce, newJournal: words.newJournal === true },
    ...(journal === undefined ? {} : { journal }),
    ...(payments === undefined ? {} : { payments }),
    host: given.host ?? '127.0.0.1',
    port: whole('--port', given.port, MAX_PORT, 8080),
    adminHost: given.adminHost ?? '127.0.0.1',
    ...(adminPort === undefined
      ? {}
      : { adminPort: wholeNumber('--admin-port', adminPort, MAX_PORT) }),
    corsOrigins: expectOrigins(corsOrigin?.split(',').map((one) => one.trim()) ?? []),
    ...counterOf(given),
    drainMs: whole('--drain-ms', given.drainMs, MAX_DRAIN_MS, 0),
  };
}

/** The file in the form of words: what is said of one holds for the other. */
function readConfig(path: string): Partial<ServeWords> {
  const json = readJson(path);
  const { corsOrigins, ...rest } = fromOption(() => expectFile(SERVE_FILE, json, path));
  const words = Object.entries(rest).map(([name, value]) => {
    const isFile = FILES.some((one) => one === name) && typeof value === 'string';
    return [name, isFile ? inFolder(dirname(path), value) : String(value)];
  });
  const origins = corsOrigins === undefined ? {} : { corsOrigin: corsOrigins.join(',') };
  return { ...(Object.fromEntries(words) as Partial<ServeWords>), ...origins };
}

/** Both, or neither. */
function counterOf({ counter, counterKey }: ServeWords): Pick<Settings, 'counter' | 'counterKey'> {
  if (counter === undefined && counterKey === undefined) return {};
  if (counterKey === undefined) throw wrongOption('--counter-key', { en: 'a key id', zh: 'keyId' });
  if (counter === undefined || !isOrigin(counter)) {
    throw wrongOption('--counter', 'https://counter.example');
  }
  return { counter, counterKey };
}

function defined(words: ServeWords): Partial<ServeWords> {
  // A variable that is there and empty says nothing.
  const said = Object.entries(words).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(said);
}

const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text;

function expectOrigins(origins: readonly string[]): readonly string[] {
  if (origins.every(isOrigin)) return origins;
  throw wrongOption('--cors-origin', 'https://counter.example,https://…');
}

/** The address of a database with the password of a file. */
function withPassword(db: string, file: string): string {
  const password = readText(file).replace(/\r?\n$/, '');
  if (!/^postgres(ql)?:\/\//.test(db)) {
    throw wrongOption('--db-password-file', {
      en: 'left out, but with a postgres:// database',
      zh: '仅用于 postgres:// 数据库',
    });
  }
  expectPostgres(db);
  const url = new URL(db);
  url.password = encodeURIComponent(password);
  return url.href;
}

/** Whether everybody who may list the processes of this machine reads a password. */
export function showsPassword(command: Command, { db = '' }: ServeWords): boolean {
  const isWord = command.getOptionValueSource('db') === 'cli';
  return isWord && URL.canParse(db) && new URL(db).password !== '';
}

/** Says so: it goes on, as it did before there was another way. */
export function warnOfPassword(log: (line: object) => void, output: Output): void {
  log({ level: 'warning', event: 'password-in-arguments' });
  output.line({
    en: 'The password in --db can be read in the list of processes: use QUANCUN_DB, PGPASSFILE or --db-password-file.',
    zh: '--db 中的密码会出现在进程列表里；请改用 QUANCUN_DB、PGPASSFILE 或 --db-password-file。',
  });
}
