/** What an adapter throws when a provider gave no answer that can be used. */
import { QuancunError } from '../../../errors.js';
import { PAYMENT_CALLBACK_INVALID, PAYMENT_PROVIDER_FAILED } from '../errors.js';

/** The problem is a text of ours: never a body, a signature or a key. */
export function failed(problem: string, cause?: unknown): QuancunError {
  return new QuancunError(PAYMENT_PROVIDER_FAILED, { details: { problem }, cause });
}

/** A notification that is not the provider's, or not for us. */
export function notTheirs(problem: string): QuancunError {
  return new QuancunError(PAYMENT_CALLBACK_INVALID, { details: { problem } });
}

const MAX_MESSAGE_CHARS = 200;

/** A code and its text as a provider said them, for people: one line, bounded. */
export function saidBy(code: string, message: unknown): string {
  const text = typeof message === 'string' ? message : '';
  // eslint-disable-next-line no-control-regex -- a stranger's text on a screen
  const plain = text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
  return (plain === '' ? code : `${code}: ${plain}`).slice(0, MAX_MESSAGE_CHARS);
}
