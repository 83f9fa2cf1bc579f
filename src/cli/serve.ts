/** `serve`: the authority over HTTP, on SQLite or PostgreSQL. */
import type { Command } from 'commander';
import { QuancunError } from '../errors.js';
import {
  causesOf,
  createAuthority,
  type Ledger,
  type RequestGuard,
  softHsm,
  startTicker,
} from '../server/index.js';
import { needed } from './options/needed.js';
import { asQuancunError, type CommonOptions, type Output, wrongOption } from './output.js';
import { configure, nodeEnv, untilStopped } from './run.js';
import { readServerKeys } from './options/server-options.js';
import { JOURNAL_AHEAD } from '../server/errors.js';
import { TRANSPORT_CONNECT } from '../transport/errors.js';

interface ServeOptions extends CommonOptions {
  readonly db: string;
  readonly keys: string;
  readonly port: string;
  readonly host: string;
  readonly journal?: string;
  readonly issuer: string;
}

/** Adds `serve`. */
export function registerServe(program: Command): void {
  const command = program
    .command('serve')
    .description('the authority over HTTP; its description is at /openapi.json')
    .requiredOption('--db <db>', 'sqlite:FILE (one process) or postgres://… (any number)')
    .requiredOption('--keys <file>', 'JSON: { "hsm": { test keys }, "terminals": [ … ] }')
    .option('--journal <file>', 'issuance journal; on another disk than the database')
    .option('--issuer <sole|shared>', 'sole: nobody else can load these cards', 'shared')
    .option('--port <port>', 'listen on this TCP port (0: any free one)', '8080')
    .option('--host <address>', 'listen on this address', '127.0.0.1');
  const example = 'serve --db sqlite:orders.db --keys test-keys.json';
  configure<ServeOptions>(command, example, async (_args, options, output) => {
    if (options.issuer !== 'sole' && options.issuer !== 'shared') {
      throw wrongOption('--issuer', 'sole | shared');
    }
    if (!/^\d{1,5}$/.test(options.port) || Number(options.port) > 65_535)
      throw wrongOption('--port', '0 to 65535');
    const { keys, callers } = readServerKeys(options.keys);
    const { ledger, guard, file, settle, release } = await openStores(options.db);
    const journalPath = options.journal ?? (file === undefined ? undefined : `${file}.journal`);
    if (journalPath === undefined) throw wrongOption('--journal', NEEDS_JOURNAL);
    const journal = await openJournal(journalPath, ledger);
    if (file !== undefined) await warnOfDevice(file, journalPath, log, output);
    const hsm = softHsm({ allowSoftwareKeys: 'test', keys });
    const policy = { issuer: options.issuer } as const;
    const authority = createAuthority({ ledger, hsm, journal, env: nodeEnv, policy });
    const { createHttpHandler } = await import('../server/http/index.js');
    const handler = createHttpHandler({ authority, ledger, guard, env: nodeEnv, callers, log });
    for (const key of await hsm.describeKeys()) {
      output.line(`${key.use} key ${String(key.keyIndex)} (${key.cipher})  KCV ${key.checkValue}`);
    }
    const stopped = untilStopped();
    const ticker = startTicker(authority, { env: nodeEnv, guard, onError: logTrouble });
    const server = await listen(handler.fetch, options);
    output.line({
      en: `Listening on http://${options.host}:${String(server.port)}. Test keys only. Stop with Ctrl-C.`,
      zh: `已在 http://${options.host}:${String(server.port)} 监听（仅测试密钥），Ctrl-C 停止。`,
    });
    output.event('listening', { host: options.host, port: server.port });
    await stopped;
    endAfterDeadline(server);
    // No new request; those that are inside are finished, and then the database is closed.
    await Promise.all([server.close(), ticker.stop()]);
    await settle();
    await journal.close();
    await ledger.close();
    await release();
    return true;
  });
}

/** Whoever waits for this process waits no longer: Docker kills after ten seconds. */
const FINISH_MS = 5_000;
const END_MS = 8_000;

/**
 * What is inside is cut after a while, and the process ends whatever hangs: as safe as a crash,
 * because everything that matters is durable before it is answered.
 */
function endAfterDeadline(server: Listening): void {
  setTimeout(server.cut, FINISH_MS).unref();
  // Only what hangs keeps the process until then.
  setTimeout(() => {
    log({ at: new Date().toISOString(), event: 'ended by force' });
    process.exit(1);
  }, END_MS).unref();
}

function log(line: object): void {
  process.stderr.write(`${JSON.stringify(line)}\n`);
}

/** A round of the clock that failed: class and code, as of a request. */
function logTrouble(error: unknown): void {
  const { code } = asQuancunError(error);
  log({ at: new Date().toISOString(), event: 'tick', code, cause: causesOf({ cause: error }) });
}

interface Stores {
  readonly ledger: Ledger;
  readonly guard: RequestGuard;
  /** Where a SQLite database really is. */
  readonly file?: string;
  /** Before the ledger is closed: a copy that is being made is finished. */
  settle(): Promise<void>;
  /** After the ledger was closed. */
  release(): Promise<void>;
}

const NEEDS_JOURNAL = 'a file, with a postgres:// database';

/** Opens what `--db` names; a driver that is not installed is said in one line. */
async function openStores(db: string): Promise<Stores> {
  const [, file] = /^sqlite:(.+)$/.exec(db) ?? [];
  if (file !== undefined) return openSqlite(file);
  if (!/^postgres(ql)?:\/\//.test(db)) throw wrongOption('--db', 'sqlite:FILE | postgres://…');
  const pg = (await needed('pg', () => import('pg'))).default;
  const { postgresOptions, postgresStores } = await import('../server/ledger/postgres.js');
  const pool = new pg.Pool(postgresOptions(db));
  try {
    const nothing = (): Promise<void> => Promise.resolve();
    return { ...(await postgresStores(pool)), settle: nothing, release: nothing };
  } catch (error) {
    // A connection that stays open would keep a command that has failed.
    await pool.end();
    throw error;
  }
}

async function openSqlite(name: string): Promise<Stores> {
  const sqlite = (await needed('node-sqlite3-wasm', () => import('node-sqlite3-wasm'))).default;
  const { sqliteStores } = await import('../server/ledger/sqlite.js');
  const { copySqlite, holdFile, openBackupDoor } = await import('../server/files.js');
  const held = await holdFile(name);
  const database = new sqlite.Database(held.path);
  const stores = await sqliteStores(database, { file: held });
  const door = await openBackupDoor(held.path, (to) => copySqlite(database, to));
  return {
    ...stores,
    file: held.path,
    settle: async () => door?.close(),
    release: () => held.release(),
  };
}

/** Issues that the ledger has lost stop the start: fail closed, and let people look. */
async function openJournal(path: string, ledger: Ledger) {
  const { fileJournal, findLostIssues } = await import('../server/files.js');
  const journal = await fileJournal(path);
  const lost = await findLostIssues(journal, ledger);
  if (lost.length > 0) {
    const orders = lost
      .map((line) => (line.kind === 'issue' ? line.order.orderId : line.orderId))
      .slice(0, 10);
    throw new QuancunError(JOURNAL_AHEAD, { details: { count: lost.length, orders } });
  }
  return journal;
}

/** A journal beside the ledger is lost with it, or put back to an old copy with it. */
async function warnOfDevice(
  file: string,
  journal: string,
  log: (line: object) => void,
  output: Output,
): Promise<void> {
  const { checkDevices } = await import('../server/files.js');
  if ((await checkDevices(file, journal)).shared !== true) return;
  log({ level: 'warning', event: 'journal-on-ledger-device', file, journal });
  output.line({
    en: `The journal ${journal} is on the database's disk, and would be lost with it: give --journal a file on another one.`,
    zh: `签发日志 ${journal} 与数据库在同一磁盘上，会一并丢失；请用 --journal 指定另一磁盘上的文件。`,
  });
}

interface Listening {
  readonly port: number;
  close(): Promise<void>;
  /** Cuts those that are inside. */
  cut(): void;
}

async function listen(
  fetch: (request: Request) => Promise<Response>,
  { port, host }: ServeOptions,
): Promise<Listening> {
  const { serve } = await needed('@hono/node-server', () => import('@hono/node-server'));
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port: Number(port), hostname: host }, (info) => {
      resolve({
        port: info.port,
        close: () =>
          new Promise((done) => {
            server.close(() => {
              done();
            });
            if ('closeIdleConnections' in server) server.closeIdleConnections();
          }),
        cut: () => {
          if ('closeAllConnections' in server) server.closeAllConnections();
        },
      });
    });
    server.once('error', (cause) => {
      const details = { address: `${host}:${port}` };
      reject(new QuancunError(TRANSPORT_CONNECT, { details, cause }));
    });
  });
}
