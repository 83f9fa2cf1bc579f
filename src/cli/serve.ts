/** `serve`: the authority over HTTP, on SQLite or PostgreSQL. */
import { realpathSync } from 'node:fs';
import type { Command } from 'commander';
import { QuancunError } from '../errors.js';
import { createAuthority, type Ledger, type RequestGuard, softHsm } from '../server/index.js';
import { needed } from './options/needed.js';
import { type CommonOptions, wrongOption } from './output.js';
import { configure, nodeEnv, untilStopped } from './run.js';
import { readServerKeys } from './options/server-options.js';
import { tellComparison } from './tell-comparison.js';
import { TRANSPORT_CONNECT } from '../transport/errors.js';

interface ServeOptions extends CommonOptions {
  readonly db: string;
  readonly keys: string;
  readonly port: string;
  readonly host: string;
  readonly journal?: string;
  readonly issuer: string;
  readonly newJournal?: boolean;
}

/** Adds `serve`. */
export function registerServe(program: Command): void {
  const command = program
    .command('serve')
    .description('the authority over HTTP; its description is at /openapi.json')
    .requiredOption('--db <db>', 'sqlite:FILE (one process) or postgres://… (any number)')
    .requiredOption('--keys <file>', 'JSON: { "hsm": { test keys }, "terminals": [ … ] }')
    .option('--journal <file>', 'issuance journal; on another disk than the database')
    .option('--new-journal', 'the journal is new on purpose, though the ledger has another')
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
    const { ledger, guard, settle, release } = await openStores(options.db);
    const journal = await openJournal(options);
    const hsm = softHsm({ allowSoftwareKeys: 'test', keys });
    const policy = { issuer: options.issuer } as const;
    const newJournal = options.newJournal === true;
    const parts = { ledger, hsm, journal, env: nodeEnv, policy, newJournal };
    const authority = createAuthority(parts);
    tellComparison(await authority.open(), output);
    const { createHttpHandler } = await import('../server/http/index.js');
    const log = (line: object): void => void process.stderr.write(`${JSON.stringify(line)}\n`);
    const handler = createHttpHandler({ authority, ledger, guard, env: nodeEnv, callers, log });
    for (const key of await hsm.describeKeys()) {
      output.line(`${key.use} key ${String(key.keyIndex)} (${key.cipher})  KCV ${key.checkValue}`);
    }
    const stopped = untilStopped();
    const server = await listen(handler.fetch, options);
    // A server that has nothing to do hears of another database, too, and is not waited for.
    const looking = setInterval(() => {
      authority.open().catch(() => undefined);
    }, LOOK_EVERY_MS);
    output.line({
      en: `Listening on http://${options.host}:${String(server.port)}. Test keys only. Stop with Ctrl-C.`,
      zh: `已在 http://${options.host}:${String(server.port)} 监听（仅测试密钥），Ctrl-C 停止。`,
    });
    output.event('listening', { host: options.host, port: server.port });
    await stopped;
    // No new request; those that are inside are finished, and then the database is closed.
    await server.close();
    clearInterval(looking);
    // Where that fails, the journal stays open, as after a crash: it is compared again.
    await authority.close().catch(() => undefined);
    await settle();
    await journal.close();
    await ledger.close();
    await release();
    return true;
  });
}

const LOOK_EVERY_MS = 1000;

interface Stores {
  readonly ledger: Ledger;
  readonly guard: RequestGuard;
  /** Before the ledger is closed: a copy that is being made is finished. */
  settle(): Promise<void>;
  /** After the ledger was closed. */
  release(): Promise<void>;
}

/** Opens what `--db` names; a driver that is not installed is said in one line. */
export async function openStores(db: string): Promise<Stores> {
  const [, file] = /^sqlite:(.+)$/.exec(db) ?? [];
  if (file !== undefined) {
    const sqlite = (await needed('node-sqlite3-wasm', () => import('node-sqlite3-wasm'))).default;
    const { sqliteStores } = await import('../server/ledger/sqlite.js');
    const { copySqlite, holdFile, openBackupDoor } = await import('../server/files.js');
    const held = await holdFile(file);
    const database = new sqlite.Database(file);
    const stores = await sqliteStores(database);
    const door = await openBackupDoor(realpathSync(file), (to) => copySqlite(database, to));
    return { ...stores, settle: async () => door?.close(), release: () => held.release() };
  }
  if (!/^postgres(ql)?:\/\//.test(db)) throw wrongOption('--db', 'sqlite:FILE | postgres://…');
  const pg = (await needed('pg', () => import('pg'))).default;
  const { postgresStores } = await import('../server/ledger/postgres.js');
  const stores = await postgresStores(new pg.Pool({ connectionString: db, max: 16 }));
  const nothing = (): Promise<void> => Promise.resolve();
  return { ...stores, settle: nothing, release: nothing };
}

async function openJournal(options: ServeOptions) {
  const { fileJournal } = await import('../server/files.js');
  const [, file] = /^sqlite:(.+)$/.exec(options.db) ?? [];
  const path = options.journal ?? (file === undefined ? undefined : `${file}.journal`);
  if (path === undefined) throw wrongOption('--journal', 'a file, with a postgres:// database');
  return fileJournal(path);
}

async function listen(
  fetch: (request: Request) => Promise<Response>,
  { port, host }: ServeOptions,
): Promise<{ readonly port: number; close(): Promise<void> }> {
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
      });
    });
    server.once('error', (cause) => {
      const details = { address: `${host}:${port}` };
      reject(new QuancunError(TRANSPORT_CONNECT, { details, cause }));
    });
  });
}
