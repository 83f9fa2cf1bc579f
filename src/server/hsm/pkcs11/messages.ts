/** What a server and the child that holds its token say to each other, over the channel of fork. */
import type { KeyDescription, Mac1Query, Mac2Query, TacQuery } from '../hsm.js';
import type { Pkcs11Token } from './key-set.js';

/** A question about a key, by the name of the HSM's method. */
export interface Questions extends Readonly<Record<Question, object>> {
  readonly verifyMac1: { readonly query: Mac1Query; readonly answer: boolean };
  readonly computeMac2: { readonly query: Mac2Query; readonly answer: string };
  readonly verifyTac: { readonly query: TacQuery; readonly answer: boolean };
  readonly describeKeys: { readonly query: undefined; readonly answer: readonly KeyDescription[] };
}

/** The name of a question. */
export type Question = 'verifyMac1' | 'computeMac2' | 'verifyTac' | 'describeKeys';

/** To the child: first its token and PIN, and then one question at a time. */
export type ToToken =
  | { readonly say: 'open'; readonly token: Pkcs11Token; readonly pin: string }
  | { readonly say: 'ask'; readonly question: Question; readonly query: unknown };

/** From the child. */
export type FromToken =
  | { readonly say: 'ready' }
  | { readonly say: 'answer'; readonly answer: unknown }
  /** A refusal with a code, as JSON: the token is well. */
  | { readonly say: 'refused'; readonly error: unknown }
  /** The token is not: the child ends. */
  | { readonly say: 'lost'; readonly problem: string };
