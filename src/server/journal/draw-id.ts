/** Names that are drawn once and never again: of journals, ledgers and epochs. */
import { toHex } from '../../bytes.js';
import { type Env, envFrom } from '../../env.js';
import { drawReadable } from '../draw-readable.js';

/** Some 128 random bits, hex. */
export function drawId({ random }: Pick<Env, 'random'> = envFrom(globalThis)): string {
  return drawReadable(() => toHex(random(16)).toLowerCase());
}

let made = 0;

/**
 * The name of something that is forgotten with its process. Where the host has no generator, it
 * is enough that no other one in this process has it.
 */
export function nameInMemory(): string {
  if ('crypto' in globalThis) return drawId();
  made += 1;
  return `memory-${String(made)}`;
}
