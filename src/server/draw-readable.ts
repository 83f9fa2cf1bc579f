/** Names that people read out, and hand back to a command. */
import { redactText } from '../redact.js';

/** Of names of 32 hex digits one in forty has such a run; a host's generator may be stuck. */
const MAX_DRAWS = 64;

/**
 * Draws a name in which nothing looks like the number of a card: in errors and logs it would be
 * masked, and nobody could tell which journal or order is meant.
 */
export function drawReadable(draw: () => string): string {
  let name = draw();
  for (let draws = 1; redactText(name) !== name && draws < MAX_DRAWS; draws += 1) name = draw();
  return name;
}
