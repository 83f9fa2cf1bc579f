/**
 * `--card`: where the card is.
 *
 *   sim:                 a simulated storage card (3DES, version 4x)
 *   sim:PROFILE.json     the same with a card profile
 *   tcp:HOST:PORT        a card behind a TCP port (`quancun sim --tcp`)
 *   pcsc:                the card in the first PC/SC reader that has one
 *   pcsc:READER NAME     the card in this reader; a part of the name will do
 *   replay:FILE          a recorded session
 */
import {
  replayTransport,
  type Transport,
  withGetResponse,
  withQueue,
} from '../../transport/index.js';
import { simulatorTransport } from '../../transport/drivers/simulator.js';
import { tcpTransport } from '../../transport/drivers/tcp.js';
import { createVirtualCard, parseProfile, personalise } from '../../simulator/index.js';
import { openPcsc } from './open-pcsc.js';
import { fromOption, wrongOption } from '../output.js';
import { readJson, readText } from './files.js';
import { nodeEnv } from '../run.js';

/** What `--card` may be, for help texts. */
export const CARD_HELP =
  'sim: | sim:PROFILE.json | pcsc: | pcsc:READER | tcp:HOST:PORT | replay:FILE';

/** Opens a card with the standard wrappers around it. */
export async function openCard(url: string): Promise<Transport> {
  return withQueue(withGetResponse(await openDriver(url)), nodeEnv);
}

/** Opens a card as its driver shows it, 61xx and 6Cxx included. */
export async function openDriver(url: string): Promise<Transport> {
  const [, kind = '', rest = ''] = /^(\w+):(.*)$/.exec(url) ?? [];
  switch (kind) {
    case 'sim':
      return simulatorTransport(createVirtualCard(personalise(simulatedCard(rest))));
    case 'tcp': {
      const [, host, port] = /^(.+):(\d{1,5})$/.exec(rest) ?? [];
      if (host === undefined || port === undefined || Number(port) > 65_535) {
        throw wrongOption('--card', CARD_HELP);
      }
      return tcpTransport({ host, port: Number(port) });
    }
    case 'pcsc':
      return openPcsc(rest);
    case 'replay':
      return fromOption(() => replayTransport(readText(rest)));
    default:
      throw wrongOption('--card', CARD_HELP);
  }
}

function simulatedCard(profileFile: string): Parameters<typeof personalise>[0] {
  const base = { kind: '3des-4x' as const };
  if (profileFile === '') return base;
  return { ...base, profile: fromOption(() => parseProfile(readJson(profileFile))) };
}
