/** `serve`: the authority over HTTP, on SQLite or PostgreSQL. */
import type { Command } from 'commander';
import {
  causesOf,
  createAuthority,
  createPayments,
  softHsm,
  startSweeps,
  startTicker,
  type SweepReport,
} from '../../server/index.js';
import { asQuancunError, type CommonOptions, type Output, wrongOption } from '../output.js';
import type { LoadPolicy } from '../../load/index.js';
import { endAfterDeadline, inTime, listen } from './listen.js';
import { watchCallers } from './watch-callers.js';
import { openStores, type Stores, warnOfDevice } from './stores.js';
import type { ServedProvider } from './payments.js';
import { configure, nodeEnv, untilStopped } from '../run.js';
import { readServerKeys, type ServerKeys } from '../options/server-options.js';
import { tellComparison } from '../tell-comparison.js';

interface ServeOptions extends CommonOptions {
  readonly db: string;
  readonly keys: string;
  readonly port: string;
  readonly host: string;
  readonly journal?: string;
  readonly issuer: string;
  readonly newJournal?: boolean;
  readonly payments?: string;
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
    .option('--payments <file>', 'JSON: the QR payment providers, with their key files')
    .option('--issuer <sole|shared>', 'sole: nobody else can load these cards', 'shared')
    .option('--port <port>', 'listen on this TCP port (0: any free one)', '8080')
    .option('--host <address>', 'listen on this address', '127.0.0.1');
  const example = 'serve --db sqlite:orders.db --keys test-keys.json';
  configure<ServeOptions>(command, example, async (_args, options, output) => {
    if (!ISSUERS.includes(options.issuer)) throw wrongOption('--issuer', 'sole | shared');
    if (!/^\d{1,5}$/.test(options.port) || Number(options.port) > 65_535)
      throw wrongOption('--port', { en: '0 to 65535', zh: '0 到 65535' });
    // A word that is wrong is said before a database is made.
    const serverKeys = readServerKeys(options.keys);
    const ports = options.payments === undefined ? [] : await openPorts(options.payments);
    const stores = await openStores(options.db);
    try {
      await serveOn(stores, { ...serverKeys, ports }, options, output);
    } finally {
      await stores.ledger.close();
      await stores.release();
    }
    return true;
  });
}

const ISSUERS: readonly string[] = ['sole', 'shared'];
const NEEDS_JOURNAL = {
  en: 'a file, with a postgres:// database',
  zh: '文件名（使用 postgres:// 数据库时）',
};

async function serveOn(
  { ledger, guard, persons, file, settle }: Stores,
  { keys, callers: known, ports }: ServerKeys & { readonly ports: readonly ServedProvider[] },
  options: ServeOptions,
  output: Output,
): Promise<void> {
  const journalPath = options.journal ?? (file === undefined ? undefined : `${file}.journal`);
  if (journalPath === undefined) throw wrongOption('--journal', NEEDS_JOURNAL);
  const { fileJournal } = await import('../../server/files.js');
  const journal = await fileJournal(journalPath);
  if (file !== undefined) await warnOfDevice(file, journalPath, log, output);
  const hsm = softHsm({ allowSoftwareKeys: 'test', keys });
  const policy: Partial<LoadPolicy> = { issuer: options.issuer as LoadPolicy['issuer'] };
  const newJournal = options.newJournal === true;
  const parts = { ledger, hsm, journal, env: nodeEnv, policy, newJournal };
  const authority = createAuthority(parts);
  tellComparison(await authority.open(), output);
  const callers = watchCallers(known, options.keys, log);
  const { createHttpHandler } = await import('../../server/http/index.js');
  const payments = ports.map((one) => createPayments({ ...parts, authority, ...one }));
  const doors = { authority, ledger, guard, env: nodeEnv, callers, payments };
  const handler = createHttpHandler({ ...doors, persons, log });
  for (const key of await hsm.describeKeys()) {
    output.line(`${key.use} key ${String(key.keyIndex)} (${key.cipher})  KCV ${key.checkValue}`);
  }
  const stopped = untilStopped();
  const ticker = startTicker(authority, { env: nodeEnv, guard, onError: logTrouble });
  const sweeps = startSweeps(payments, { env: nodeEnv, onError: logTrouble, onSweep: logSweep });
  const server = await listen(handler.fetch, options);
  output.line({
    en: `Listening on http://${options.host}:${String(server.port)}. Test keys only. Stop with Ctrl-C.`,
    zh: `已在 http://${options.host}:${String(server.port)} 监听（仅测试密钥），Ctrl-C 停止。`,
  });
  output.event('listening', { host: options.host, port: server.port });
  await stopped;
  endAfterDeadline(server, log);
  // No new request; those that are inside are finished, and then the database is closed.
  await inTime(Promise.all([server.close(), ticker.stop(), sweeps.stop()]));
  // Where that fails, the journal stays open, as after a crash: it is compared again.
  await authority.close().catch(() => undefined);
  await settle();
  await journal.close();
}

function log(line: object): void {
  process.stderr.write(`${JSON.stringify(line)}\n`);
}

/** Adapters are read when there are providers: a server without any starts sooner. */
async function openPorts(file: string): Promise<readonly ServedProvider[]> {
  const { readPayments } = await import('./payments.js');
  return readPayments(file);
}

/** What a sweep could not do: orders and codes, never an amount or a number of a payment. */
function logSweep({ problems, ...counts }: SweepReport, provider: string): void {
  const named = problems.slice(0, 20);
  log({ at: new Date().toISOString(), event: 'sweep', provider, ...counts, problems: named });
}

/** A round of the clock that failed: class and code, as of a request. */
function logTrouble(error: unknown): void {
  const { code } = asQuancunError(error);
  log({ at: new Date().toISOString(), event: 'tick', code, cause: causesOf({ cause: error }) });
}
