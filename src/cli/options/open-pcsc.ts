/** The PC/SC binding of the command line: the package `smartcard`, where somebody installed it. */
import { QuancunError } from '../../errors.js';
import type { Transport } from '../../transport/index.js';
import { openPcscReader, type PcscContext } from '../../transport/drivers/pcsc.js';
import { needed } from './needed.js';
import { PCSC_UNAVAILABLE } from '../../transport/errors.js';

/** The part of the package that is used. */
interface Binding {
  readonly Context: new () => PcscContext;
}

/** How long a card is waited for: a cashier has just been asked to put it in. */
const WAIT_MS = 5_000;

/** Opens the card in a PC/SC reader. */
export async function openPcsc(reader: string): Promise<Transport> {
  const context = newContext(await loadBinding('smartcard'));
  try {
    const transport = await openPcscReader(context, {
      timeoutMs: WAIT_MS,
      ...(reader === '' ? {} : { reader }),
    });
    return {
      ...transport,
      close: async () => {
        await transport.close();
        context.close();
      },
    };
  } catch (error) {
    context.close();
    throw error;
  }
}

/** By a variable name: neither the compiler nor a bundler looks for what is optional. */
async function loadBinding(name: string): Promise<Binding> {
  const module = (await needed(name, () => import(name))) as { readonly default: Binding };
  return module.default;
}

function newContext({ Context }: Binding): PcscContext {
  try {
    return new Context();
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : '-';
    throw new QuancunError(PCSC_UNAVAILABLE, { details: { problem }, sent: 'no', cause });
  }
}
