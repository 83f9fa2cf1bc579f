/**
 * A campaign: the real server is started on one database, three terminals work with it, it is
 * killed, the books are audited, and it is started again on what is left. At the end every order
 * is finished by a visit of its card.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Books, auditBooks } from './auditor.js';
import { type ServerProcess, startServer } from './server-process.js';
import { type Caller, createTerminal, type Terminal } from './terminal.js';
import { auditSession } from '../support/purse-oracle.js';

/** Where a campaign takes place. */
export interface Ground {
  /** For `--db`. */
  readonly db: string;
  readonly folder: string;
  /** What stands in the database now, without its server. */
  openBooks(): Promise<Books & { close(): Promise<void> }>;
}

/** What came of it. */
export interface Report {
  readonly kills: number;
  readonly atSteps: number;
  readonly whileStarting: number;
  readonly audits: number;
  readonly orders: number;
  /** That cards accepted. */
  readonly credits: number;
  readonly cryptograms: number;
  readonly wrong: readonly string[];
}

const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const TERMINALS = 3;
/** Steps from a start to a few recharges. */
const STEPS = 160;
/** More than any plan takes: a server that still lives then is one that does not work. */
const VISITS = 200;
const WHEN = ['before', 'after', 'torn'];

/** Runs it; the same seed makes the same plan. */
export async function runCampaign(ground: Ground, kills: number, seed: number): Promise<Report> {
  const keys = `${ground.folder}/keys`;
  execFileSync(process.execPath, [CLI, 'test-keys', keys]);
  const caller = JSON.parse(readFileSync(`${keys}/terminal.json`, 'utf8')) as Caller;
  const draw = generator(seed);
  const terminals = Array.from({ length: TERMINALS }, (_none, index) =>
    createTerminal(index + 1, caller, draw),
  );
  const start = { db: ground.db, keys: `${keys}/server.json`, journal: `${ground.folder}/journal` };
  const wrong: string[] = [];
  let [atSteps, whileStarting, audits] = [0, 0, 0];
  await enrol(start, terminals, wrong);
  for (let kill = 0; kill < kills && wrong.length === 0; kill += 1) {
    // Two of three die at a step of the database, in turn; the others soon after some credits.
    const byStep = kill % 3 !== 2;
    const killAt = `${String(1 + ((kill * 7) % STEPS))}:${WHEN[kill % WHEN.length] ?? 'before'}`;
    const server = startServer(byStep ? { ...start, killAt } : start);
    const url = await server.url;
    if (url === undefined) whileStarting += 1;
    else {
      let wanted = byStep ? Infinity : 1 + draw(3);
      const onCredit = (): void => {
        wanted -= 1;
        if (wanted === 0) setTimeout(() => server.kill('SIGKILL'), draw(100));
      };
      const work = terminals.map((terminal) => workWith(terminal, url, server, onCredit, draw));
      await Promise.all(work);
      if (server.isAlive() && wanted > 0) {
        wrong.push(`kill ${String(kill)}: it was not reached`);
        server.kill('SIGKILL');
      }
    }
    const end = await server.ended;
    if (end !== 'SIGKILL') wrong.push(`kill ${String(kill)}: the server ended with ${end}`);
    else if (byStep) atSteps += 1;
    wrong.push(...(await audit(ground, terminals)).map((rule) => `kill ${String(kill)}: ${rule}`));
    audits += 1;
  }
  const orders = await finish(start, ground, terminals, wrong);
  const oracle = terminals.map(({ card, wires }) => auditSession(card.state, wires));
  wrong.push(...oracle.flatMap((report) => report.wrong));
  const cryptograms = oracle.reduce((sum, { checked }) => sum + checked, 0);
  const credits = terminals.reduce((sum, { accepted }) => sum + accepted.length, 0);
  return { kills, atSteps, whileStarting, audits, orders, credits, cryptograms, wrong };
}

/**
 * Every card's first load, in peace: whose counter the books do not know yet settles by its TAC
 * alone, and a card that lost that in a kill waits for two people.
 */
async function enrol(
  start: Parameters<typeof startServer>[0],
  terminals: readonly Terminal[],
  wrong: string[],
): Promise<void> {
  const server = startServer(start);
  const url = await server.url;
  if (url !== undefined) {
    for (const terminal of terminals) {
      // On a machine with other work an answer may come too late: the next visit brings the TAC.
      let outcome = '';
      for (let visits = 0; visits < 3 && outcome !== 'credited'; visits += 1) {
        ({ outcome } = await terminal.visit(url));
      }
      if (outcome !== 'credited') wrong.push(`a first load was ${outcome}`);
    }
    server.kill('SIGTERM');
  }
  const end = await server.ended;
  if (!end.startsWith('status 0')) wrong.push(`the first start: ${end}`);
}

/** Recharges, tolls and repairs until the server does not answer. */
async function workWith(
  terminal: Terminal,
  url: string,
  server: ServerProcess,
  onCredit: () => void,
  draw: (below: number) => number,
): Promise<void> {
  for (let visits = 0; visits < VISITS && server.isAlive(); visits += 1) {
    if (draw(4) === 0) await terminal.passTollGate();
    const result = await terminal.visit(url);
    if (result.outcome === 'credited') onCredit();
    else if (result.error.code === 'SERVER_UNREACHABLE') await pause(10);
  }
}

async function audit(ground: Ground, terminals: readonly Terminal[]): Promise<readonly string[]> {
  const books = await ground.openBooks();
  try {
    return await auditBooks(books, terminals);
  } finally {
    await books.close();
  }
}

/** A server that is left alone: every card comes once more, and every order ends. */
async function finish(
  start: Parameters<typeof startServer>[0],
  ground: Ground,
  terminals: readonly Terminal[],
  wrong: string[],
): Promise<number> {
  const server = startServer(start);
  const url = await server.url;
  if (url === undefined) {
    wrong.push(`the last start: ${await server.ended}`);
    return 0;
  }
  for (const terminal of terminals) {
    let said = '';
    for (let visits = 0; visits < 3 && !terminal.isDone(); visits += 1) {
      const result = await terminal.visit(url);
      said = result.outcome === 'credited' ? '' : `${result.outcome} ${result.error.code}`;
    }
    if (!terminal.isDone()) wrong.push(`I14 an order that three visits did not finish: ${said}`);
    const { openingFen, takenFen, tollsFen } = terminal.truth();
    const { balanceFen } = terminal.card.state.ep;
    if (balanceFen !== openingFen + takenFen - tollsFen) {
      wrong.push(`I14 balance ${String(balanceFen)}, paid ${String(takenFen)}`);
    }
  }
  server.kill('SIGTERM');
  const end = await server.ended;
  if (!end.startsWith('status 0')) wrong.push(`the last stop: ${end}`);
  wrong.push(...(await audit(ground, terminals)));
  const books = await ground.openBooks();
  const orders = await books.read('load_order');
  await books.close();
  const waiting = orders.filter(({ state }) => state !== 'CREDITED' && state !== 'CREATED');
  if (waiting.length > 0) wrong.push(`I14 ${String(waiting.length)} orders without an end`);
  return orders.length;
}

/** Whole numbers below its argument; the same seed gives the same ones. */
export function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
