/**
 * Measures rivals beside each other: short turns, one after the other, over and over, so that a
 * slow second of the machine falls on all alike. Time is the processor's, not the clock's: what
 * other programs take does not count, what collecting garbage takes does. Numbers are medians of
 * the turns; a ratio is the median of the ratios within each round. Absolute rates belong to the
 * machine, ratios travel.
 */

/** One way to do the work. */
export interface Rival<Task> {
  readonly name: string;
  work(task: Task): unknown;
  /** A turn that times itself, elsewhere: operations per second of the processor. */
  turn?(turnMs: number): number;
}

/** What a rival reached, operations per second by round. */
export interface Rates {
  readonly name: string;
  readonly perSecond: readonly number[];
}

const TURN_MS = 60;

/** Runs all rivals for a number of rounds, after a round that only warms up. */
export function measureRounds<Task>(
  rivals: readonly Rival<Task>[],
  tasks: readonly Task[],
  rounds: number,
): Rates[] {
  const perSecond = rivals.map((): number[] => []);
  for (let round = -2; round < rounds; round += 1) {
    for (let turn = 0; turn < rivals.length; turn += 1) {
      // Another rival begins each round.
      const at = (turn + round + 2) % rivals.length;
      const rate = runTurn(rivals[at] as Rival<Task>, tasks);
      if (round >= 0) perSecond[at]?.push(rate);
    }
  }
  return rivals.map(({ name }, at) => ({ name, perSecond: perSecond[at] ?? [] }));
}

/** The median of a list. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** Prints rates and how many times each other rival the first one is. */
export function printRates(title: string, rates: readonly Rates[]): void {
  const [own] = rates;
  console.log(`\n${title}`);
  console.log(`${'suite'.padEnd(44)}${'per second'.padStart(12)}${'quancun is'.padStart(14)}`);
  for (const { name, perSecond } of rates) {
    const ratios = perSecond.map((rate, round) => (own?.perSecond[round] ?? Number.NaN) / rate);
    const rate = Math.round(median(perSecond)).toLocaleString('en');
    const times = `${median(ratios).toFixed(2)} ×`;
    console.log(`${name.padEnd(44)}${rate.padStart(12)}${times.padStart(14)}`);
  }
}

function runTurn<Task>(rival: Rival<Task>, tasks: readonly Task[]): number {
  if (rival.turn !== undefined) return rival.turn(TURN_MS);
  const start = process.cpuUsage();
  let done = 0;
  let elapsedMs = 0;
  while (elapsedMs < TURN_MS) {
    for (let count = 0; count < 16; count += 1, done += 1) {
      rival.work(tasks[done % tasks.length] as Task);
    }
    const { user, system } = process.cpuUsage(start);
    elapsedMs = (user + system) / 1000;
  }
  return (1000 * done) / elapsedMs;
}
