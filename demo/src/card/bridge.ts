/** The card in a PC/SC reader of this machine, by the bridge beside the page's server. */
import { fromHex, QuancunError, toHex, type Transport } from 'quancun';
import { TRANSPORT_LOST } from 'quancun/transport';

interface Said {
  readonly visit?: number;
  readonly atr?: string;
  readonly protocol?: 'T=0' | 'T=1';
  readonly response?: string;
  readonly error?: object;
}

async function ask(path: string, body: object): Promise<Said> {
  let said: Said;
  try {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
    said = (await response.json()) as Said;
  } catch (cause) {
    // The card may have had the command, whatever became of the bridge.
    throw new QuancunError(TRANSPORT_LOST, { sent: 'maybe', cause });
  }
  if (said.error !== undefined) throw QuancunError.fromJSON(said.error);
  return said;
}

/** Opens the reader. @throws CARD_ABSENT, READER_ABSENT, PCSC_UNAVAILABLE */
export async function openBridge(): Promise<Transport> {
  const { visit, atr, protocol } = await ask('/bridge/open', {});
  return {
    info: {
      ...{ kind: 'pcsc', maxBatch: 1 },
      ...(atr === undefined ? {} : { atr: fromHex(atr) }),
      ...(protocol === undefined ? {} : { protocol }),
    },
    transmit: async (command) => {
      const { response } = await ask('/bridge/transmit', { visit, command: toHex(command) });
      return fromHex(response ?? '');
    },
    close: async () => {
      await ask('/bridge/close', { visit });
    },
  };
}
