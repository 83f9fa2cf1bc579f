/** The bench's entry: one name, one question. See bench/run.mjs for how to start it. */
import { benchCrypto } from './crypto.js';
import { benchFlat } from './flat.js';
import { benchHsm } from './hsm.js';
import { runHttpClient } from './http.js';
import { benchRecords } from './records.js';
import { benchServer } from './server.js';
import { benchStart } from './start.js';
import { benchTpcb } from './tpcb.js';

/** What a bench is told on the command line. */
export interface BenchOptions {
  readonly rounds: number;
  /** Run the library alone, for a profiler to watch. */
  readonly profile: boolean;
  /** Which cipher the profiler watches. */
  readonly cipher: '3des' | 'sm4';
  /** Ten million orders too. */
  readonly large: boolean;
  /** Part of a store's name: the others are left out. */
  readonly only?: string;
}

const BENCHES: Readonly<Record<string, (options: BenchOptions) => void | Promise<void>>> = {
  crypto: benchCrypto,
  server: async (options) => {
    await benchServer(options);
    const hasPostgres = 'postgresql'.includes(options.only ?? '');
    if (hasPostgres && !options.profile) await benchTpcb(Math.min(options.rounds, 3));
  },
  records: benchRecords,
  // Memory under requests, beside connections that dribble.
  flat: benchFlat,
  hsm: benchHsm,
  start: benchStart,
  // All figures of docs/internals/performance.md, one after the other: for a quiet machine.
  all: async (options) => {
    benchCrypto(options);
    await benchServer(options);
    await benchTpcb(Math.min(options.rounds, 3));
    await benchRecords(options);
    await benchHsm(options);
  },
  // What the server's bench starts: terminals in a process of their own.
  'http-client': runHttpClient,
};

const [name = '', ...flags] = process.argv.slice(2);
const bench = Object.prototype.hasOwnProperty.call(BENCHES, name) ? BENCHES[name] : undefined;
if (bench === undefined) {
  console.error(
    `usage: npm run bench -- <${Object.keys(BENCHES).join('|')}> [--rounds n] [--profile [--sm4]] [--large] [--only sqlite]`,
  );
  process.exitCode = 2;
} else {
  await bench({
    rounds: readRounds(flags),
    profile: flags.includes('--profile'),
    cipher: flags.includes('--sm4') ? 'sm4' : '3des',
    large: flags.includes('--large'),
    ...readOnly(flags),
  });
}

function readRounds(list: readonly string[]): number {
  const at = list.indexOf('--rounds');
  const rounds = at < 0 ? 21 : Number(list[at + 1]);
  return Number.isInteger(rounds) && rounds > 0 && rounds < 1000 ? rounds : 21;
}

function readOnly(list: readonly string[]): { readonly only?: string } {
  const only = list[list.indexOf('--only') + 1];
  return list.includes('--only') && only !== undefined ? { only } : {};
}
