/**
 * What a request is called in logs: an id of the caller's own, or one that is made here, and the
 * trace it is part of. Both come unsigned, so they name things and decide nothing.
 */
import type { Env } from '../../env.js';

/** The names of one request. */
export interface Mark {
  readonly requestId: string;
  /** As W3C Trace Context writes it. */
  readonly traceparent?: string;
}

/** The header of a request's id, both ways. */
export const REQUEST_ID = 'x-request-id';

/** As long as a UUID, so that no secret of a caller, which is 64 digits, passes for one. */
const ID_FORM = /^[A-Za-z0-9][A-Za-z0-9_.-]{7,35}$/;
const TRACE_FORM = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
/** A whole card number has so many digits: what could be one is called otherwise. */
const CARD_DIGITS = 16;

/** Reads the names of a request, and makes the id where it brings none that can be used. */
export function markOf({ headers }: Request, env: Env): Mark {
  const said = headers.get(REQUEST_ID) ?? '';
  const trace = headers.get('traceparent') ?? '';
  const requestId = ID_FORM.test(said) && !namesCard(said) ? said : drawId(env);
  if (!TRACE_FORM.test(trace) || namesCard(trace)) return { requestId };
  return { requestId, traceparent: trace };
}

/** Also where its digits stand in groups. */
function namesCard(text: string): boolean {
  return new RegExp(`\\d{${String(CARD_DIGITS)}}`).test(text.replace(/[-_.]/g, ''));
}

/** 32 letters from a to p: digits in a row would be hidden in the log as a card number. */
function drawId(env: Env): string {
  const letter = (half: number): string => String.fromCharCode(97 + half);
  return Array.from(env.random(16), (byte) => letter(byte >> 4) + letter(byte & 15)).join('');
}
