/** The bench's entry: one name, one question. See bench/run.mjs for how to start it. */
import { benchCrypto } from './crypto.js';
import { benchRecords } from './records.js';
import { benchServer } from './server.js';
import { benchTpcb } from './tpcb.js';

/** What a bench is told on the command line. */
export interface BenchOptions {
  readonly rounds: number;
  /** Run the library alone, for a profiler to watch. */
  readonly profile: boolean;
  /** Ten million orders too. */
  readonly large: boolean;
}

const BENCHES: Readonly<Record<string, (options: BenchOptions) => void | Promise<void>>> = {
  crypto: benchCrypto,
  server: async (options) => {
    await benchServer(options);
    await benchTpcb(Math.min(options.rounds, 3));
  },
  records: benchRecords,
};

const [name = '', ...flags] = process.argv.slice(2);
const bench = Object.prototype.hasOwnProperty.call(BENCHES, name) ? BENCHES[name] : undefined;
if (bench === undefined) {
  console.error(
    `usage: npm run bench -- <${Object.keys(BENCHES).join('|')}> [--rounds n] [--profile] [--large]`,
  );
  process.exitCode = 2;
} else {
  await bench({
    rounds: readRounds(flags),
    profile: flags.includes('--profile'),
    large: flags.includes('--large'),
  });
}

function readRounds(list: readonly string[]): number {
  const at = list.indexOf('--rounds');
  const rounds = at < 0 ? 21 : Number(list[at + 1]);
  return Number.isInteger(rounds) && rounds > 0 && rounds < 1000 ? rounds : 21;
}
