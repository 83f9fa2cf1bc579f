/** The bench's entry: one name, one question. See bench/run.mjs for how to start it. */
import { benchCrypto } from './crypto.js';

/** What a bench is told on the command line. */
export interface BenchOptions {
  readonly rounds: number;
  /** Run the library alone, for a profiler to watch. */
  readonly profile: boolean;
}

const BENCHES: Readonly<Record<string, (options: BenchOptions) => void>> = { crypto: benchCrypto };

const [name = '', ...flags] = process.argv.slice(2);
const bench = Object.prototype.hasOwnProperty.call(BENCHES, name) ? BENCHES[name] : undefined;
if (bench === undefined) {
  console.error(
    `usage: npm run bench -- <${Object.keys(BENCHES).join('|')}> [--rounds n] [--profile]`,
  );
  process.exitCode = 2;
} else {
  bench({ rounds: readRounds(flags), profile: flags.includes('--profile') });
}

function readRounds(list: readonly string[]): number {
  const at = list.indexOf('--rounds');
  const rounds = at < 0 ? 21 : Number(list[at + 1]);
  return Number.isInteger(rounds) && rounds > 0 && rounds < 1000 ? rounds : 21;
}
