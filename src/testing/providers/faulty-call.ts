/** One call, done or not done, and answered as its word of the plan says. */
import type { Answer } from './http-server.js';
import type { CALL_FAULTS } from './plan.js';

/** How an answer's signature is made. */
export type Seal = 'good' | 'unsigned' | 'forged' | 'tampered' | 'stale' | 'probe' | 'bad-tag';

/** A word that every call knows, or one more way to sign. */
export type CallFault = (typeof CALL_FAULTS)[number] | Seal;

/** What a provider says in each case. */
export interface CallParts<Said> {
  /** Does what was asked. */
  act(): Said | Promise<Said>;
  seal(said: Said, seal: Seal): Answer;
  readonly throttled: Said;
  readonly systemError: Said;
}

const BAD_GATEWAY: Answer = {
  status: 502,
  headers: { 'content-type': 'text/html' },
  body: '<html><head><title>502 Bad Gateway</title></head></html>',
};

/** Does a call under a fault. A word that is the call's own matter is answered as `fine`. */
export async function answerWith<Said>(fault: string, parts: CallParts<Said>): Promise<Answer> {
  switch (fault as CallFault) {
    case 'request-lost':
      return 'closed';
    case 'bad-gateway':
      return BAD_GATEWAY;
    case 'throttled':
      return parts.seal(parts.throttled, 'good');
    case 'system-error':
      return parts.seal(parts.systemError, 'good');
    case 'reply-lost':
      await parts.act();
      return 'closed';
    case 'silent':
      await parts.act();
      return 'silence';
    case 'throttled-done':
      await parts.act();
      return parts.seal(parts.throttled, 'good');
    case 'system-error-done':
      await parts.act();
      return parts.seal(parts.systemError, 'good');
    case 'unsigned':
    case 'forged':
    case 'tampered':
    case 'stale':
    case 'probe':
    case 'bad-tag':
      return parts.seal(await parts.act(), fault as Seal);
    case 'fine':
    case 'good':
    default:
      return parts.seal(await parts.act(), 'good');
  }
}
