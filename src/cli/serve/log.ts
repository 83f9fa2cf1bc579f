/**
 * The log of a server: one JSON object a line on standard error, and the same objects on channels
 * of `node:diagnostics_channel` for whoever traces. A log that nobody reads any more stops nothing.
 */
import { channel } from 'node:diagnostics_channel';

/** What is told on a channel of its own. */
export const CHANNELS = {
  request: channel('quancun:request'),
  hsm: channel('quancun:hsm'),
  tick: channel('quancun:tick'),
  sweep: channel('quancun:sweep'),
} as const;

/** What happened, already without secrets and card numbers. */
export type Told = Readonly<Record<string, unknown>>;

/** Tells who listens. A listener is part of the process: what it throws is thrown uncaught. */
export function publish(name: keyof typeof CHANNELS, event: Told): void {
  if (CHANNELS[name].hasSubscribers) CHANNELS[name].publish(event);
}

let lost = 0;

/** Writes a line. */
export function log(line: object): void {
  try {
    process.stderr.write(`${JSON.stringify(line)}\n`);
  } catch {
    lost += 1;
  }
}

/** Lines that could not be written. */
export const lostLines = (): number => lost;

/** A reader that has gone away, or a disk that is full, ends no server. */
export function surviveLostLog(): void {
  const count = (): void => {
    lost += 1;
  };
  process.stderr.on('error', count);
  process.stdout.on('error', count);
}
