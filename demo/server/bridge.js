/**
 * A PC/SC reader of this machine for its page: same origin only, one visit at a time. The binding
 * is native and in nobody's dependency tree: `npm install --no-save smartcard@3.7.0` puts it here.
 */
import { isQuancunError, QuancunError } from 'quancun';
import { toHex, fromHex } from 'quancun/bytes';
import { TRANSPORT_CLOSED } from 'quancun/transport';
import { openPcscReader } from 'quancun/transport/pcsc';

/** How long a card is waited for: the operator has just been asked to put it in. */
const WAIT_MS = 5_000;

/** @typedef {import('quancun/transport/pcsc').PcscContext} PcscContext */

/** @returns {Promise<{ fetch(request: Request): Promise<Response> }>} */
export async function createBridge() {
  // By a variable name: no compiler looks for what is optional.
  const name = 'smartcard';
  const { default: binding } = await import(name);
  return bridgeTo(() => new binding.Context());
}

/** @param {() => PcscContext} openContext */
export function bridgeTo(openContext) {
  let visit = 0;
  /** @type {import('quancun').Transport | undefined} */
  let open;
  const end = async () => {
    const ended = open;
    open = undefined;
    await ended?.close().catch(() => undefined);
  };
  /** @type {Readonly<Record<string, (body: any) => Promise<object>>>} */
  const acts = {
    '/bridge/open': async () => {
      await end();
      open = await openPcscReader(openContext(), { timeoutMs: WAIT_MS });
      visit += 1;
      const { atr, protocol } = open.info;
      return { visit, protocol, atr: atr === undefined ? undefined : toHex(atr) };
    },
    '/bridge/transmit': async (body) => {
      if (open === undefined || body.visit !== visit) {
        throw new QuancunError(TRANSPORT_CLOSED, { sent: 'no' });
      }
      return { response: toHex(await open.transmit(fromHex(String(body.command)))) };
    },
    '/bridge/close': async (body) => {
      if (body.visit === visit) await end();
      return {};
    },
  };
  return {
    /** @param {Request} request */
    fetch: async (request) => {
      const act = acts[new URL(request.url).pathname];
      const isOwn = request.headers.get('sec-fetch-site') === 'same-origin';
      if (act === undefined || !isOwn || request.method !== 'POST') {
        return Response.json({}, { status: 404 });
      }
      const headers = { 'cache-control': 'no-store' };
      try {
        return Response.json(await act(await request.json()), { headers });
      } catch (error) {
        if (!isQuancunError(error)) throw error;
        return Response.json({ error: error.toJSON() }, { headers });
      }
    },
  };
}
