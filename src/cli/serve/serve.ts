/** `serve`: the authority over HTTP, on SQLite or PostgreSQL. */
import type { Command } from 'commander';
import {
  causesOf,
  createAuthority,
  createPayments,
  startSweeps,
  startTicker,
  type CallerSource,
  type SweepReport,
  type TickReport,
} from '../../server/index.js';
import type { HttpHandler } from '../../server/http/index.js';
import { asQuancunError, type Output, wrongOption } from '../output.js';
import { endAfterDeadline, inTime, listen, type Listening } from './listen.js';
import { log, publish, surviveLostLog, type Told } from './log.js';
import { openHsm, type OpenedHsm } from './open-hsm.js';
import { type Counter, openCounter } from './counter.js';
import { watchCallers } from './watch-callers.js';
import { warnOfOpenFiles } from './open-files.js';
import { openStores, type Stores, warnOfDevice } from './stores.js';
import type { ServedProvider } from './payments.js';
import {
  addServeOptions,
  readSettings,
  type ServeWords,
  type Settings,
  showsPassword,
  warnOfPassword,
} from './settings.js';
import { startWatch, type Watch } from './watch.js';
import { configure, nodeEnv, untilStopped } from '../run.js';
import { readServerKeys } from '../options/server-options.js';
import { tellComparison } from '../tell-comparison.js';

/** Adds `serve`. */
export function registerServe(program: Command): void {
  const command = addServeOptions(
    program
      .command('serve')
      .description('the authority over HTTP; its description is at /openapi.json'),
  );
  const example = 'serve --db sqlite:orders.db --keys test-keys.json';
  configure<ServeWords>(command, example, async (_args, words, output) => {
    surviveLostLog();
    const settings = readSettings(words);
    if (showsPassword(command, words)) warnOfPassword(log, output);
    // A word that is wrong is said before a database is made.
    const serverKeys = readServerKeys(settings.keys);
    const pinFile = serverKeys.keys.kind === 'pkcs11' ? serverKeys.keys.pinFile : undefined;
    warnOfOpenFiles([settings.keys, pinFile], log, output);
    // From here on SIGHUP reads the file again; a start that takes its time is not ended by it.
    const callers = watchCallers(serverKeys.callers, settings.keys, log);
    const ports = settings.payments === undefined ? [] : await openPorts(settings.payments);
    const counter = await openCounter(settings, serverKeys.callers);
    const opened = await openHsm(serverKeys.keys, log);
    const stores = await openStores(settings.db).catch(async (error: unknown) => {
      await opened.close();
      throw error;
    });
    try {
      await serveOn(stores, { callers, opened, ports, counter }, settings, output);
    } finally {
      await opened.close();
      await stores.ledger.close();
      await stores.release();
    }
    return true;
  });
}

const NEEDS_JOURNAL = {
  en: 'a file, with a postgres:// database',
  zh: '文件名（使用 postgres:// 数据库时）',
};

interface Served {
  readonly callers: CallerSource;
  readonly opened: OpenedHsm;
  readonly ports: readonly ServedProvider[];
  readonly counter: Counter;
}

async function serveOn(
  { ledger, guard, persons, file, pool, settle }: Stores,
  { opened, callers, ports, counter }: Served,
  settings: Settings,
  output: Output,
): Promise<void> {
  const journalPath = settings.journal ?? (file === undefined ? undefined : `${file}.journal`);
  if (journalPath === undefined) throw wrongOption('--journal', NEEDS_JOURNAL);
  const { fileJournal } = await import('../../server/files.js');
  const journal = await fileJournal(journalPath);
  if (file !== undefined) await warnOfDevice(file, journalPath, log, output);
  const watch = startWatch(journal, pool);
  const hsm = watch.hsm(opened.hsm);
  const { newJournal, issuer } = settings;
  const parts = { ledger, hsm, journal, env: nodeEnv, policy: { issuer }, newJournal };
  const authority = createAuthority(parts);
  tellComparison(await authority.open(), output);
  const { createHttpHandler, createReadiness } = await import('../../server/http/index.js');
  const payments = ports.map((one) => createPayments({ ...parts, authority, ...one }));
  const readiness = createReadiness({ authority, hsm, env: nodeEnv });
  const handler = createHttpHandler({
    ...{ authority, ledger, guard, persons, env: nodeEnv, callers, payments, readiness },
    ...{ corsOrigins: settings.corsOrigins, maxAtOnce: settings.maxAtOnce },
    ...{ adminApart: settings.adminPort !== undefined, measure: watch.measure, log: logRequest },
  });
  for (const key of await hsm.describeKeys()) {
    output.line(`${key.use} key ${String(key.keyIndex)} (${key.cipher})  KCV ${key.checkValue}`);
  }
  const stopped = untilStopped();
  const clock = { env: nodeEnv, guard, onError: logTrouble, onTick: logTick };
  const doors = { ...handler, fetch: counter(handler.fetch, callers) };
  const seal = async (): Promise<void> => {
    // Where that fails, the journal stays open, as after a crash: it is compared again.
    await authority.close().catch(() => undefined);
    await settle();
    await journal.close();
  };
  const where = { watch, note: opened.note };
  const servers = await openDoors(doors, where, settings, output).catch(async (error: unknown) => {
    await seal();
    throw error;
  });
  const ticker = startTicker(watch.clock(authority), clock);
  const swept = { env: nodeEnv, onError: logTrouble, onSweep: logSweep };
  const sweeps = startSweeps(payments.map(watch.sweeps), swept);
  await stopped;
  readiness.close();
  // Whoever shares out requests sees it, and sends nothing more; what comes is still answered.
  if (settings.drainMs > 0) log({ at: now(), event: 'draining', drainMs: settings.drainMs });
  await nodeEnv.sleep(settings.drainMs);
  endAfterDeadline(servers, log);
  // No new request; those that are inside are finished, and then the database is closed.
  const closed = servers.map((server) => server.close());
  await inTime(Promise.all([...closed, ticker.stop(), sweeps.stop()]));
  await seal();
}

/** Listens, on the admin port too where there is one. */
async function openDoors(
  handler: HttpHandler,
  { watch: { onRefused }, note }: { readonly watch: Watch; readonly note: OpenedHsm['note'] },
  { host, port, adminHost, adminPort }: Settings,
  output: Output,
): Promise<readonly Listening[]> {
  const door = await listen(handler.fetch, { host, port, onRefused });
  const admin =
    adminPort === undefined
      ? undefined
      : await listen(handler.admin.fetch, { host: adminHost, port: adminPort }).catch(
          async (error: unknown) => {
            await door.close();
            throw error;
          },
        );
  output.line({
    en: `Listening on http://${host}:${String(door.port)}.${note.en} Stop with Ctrl-C.`,
    zh: `已在 http://${host}:${String(door.port)} 监听${note.zh}，Ctrl-C 停止。`,
  });
  output.event('listening', {
    ...{ host, port: door.port },
    ...(admin === undefined ? {} : { adminHost, adminPort: admin.port }),
  });
  return admin === undefined ? [door] : [door, admin];
}

const now = (): string => new Date().toISOString();

function logRequest(line: Told): void {
  publish('request', line);
  log(line);
}

/** Adapters are read when there are providers: a server without any starts sooner. */
async function openPorts(file: string): Promise<readonly ServedProvider[]> {
  const { readPayments } = await import('./payments.js');
  return readPayments(file);
}

/** What a sweep could not do: orders and codes, never an amount or a number of a payment. */
function logSweep({ problems, ...counts }: SweepReport, provider: string): void {
  const line = { at: now(), event: 'sweep', provider, ...counts, problems: problems.slice(0, 20) };
  publish('sweep', line);
  log(line);
}

/** Orders that time has moved. */
function logTick({ problems, ...counts }: TickReport): void {
  const line = { at: now(), event: 'tick', ...counts, problems: problems.slice(0, 20) };
  publish('tick', line);
  log(line);
}

/** A round of the clock that failed: class and code, as of a request. */
function logTrouble(error: unknown): void {
  const { code } = asQuancunError(error);
  const line = { at: now(), event: 'tick', code, cause: causesOf({ cause: error }) };
  publish('tick', line);
  log(line);
}
