/** `sim`: a simulated card for other programs: on a TCP port, or in a virtual PC/SC reader. */
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { QuancunError } from '../errors.js';
import { parseYuan } from '../money.js';
import {
  createVirtualCard,
  parseProfile,
  personalise,
  restoreCard,
  saveCard,
  withT0,
} from '../simulator/index.js';
import type { CardLike } from '../transport/drivers/simulator.js';
import {
  type CardServer,
  connectCardToReader,
  serveCardOverTcp,
} from '../transport/drivers/tcp.js';
import { type Controlled, type ControlPort, openControlPort } from './control/control-port.js';
import { tornCard } from './control/torn-card.js';
import { readJson, readText, whileWriting } from './options/files.js';
import { type CommonOptions, type Output, fromOption, wrongOption } from './output.js';
import { configure, untilStopped } from './run.js';
import { TRANSPORT_LOST } from '../transport/errors.js';

interface SimOptions extends CommonOptions {
  readonly tcp?: string;
  readonly vpcd?: string;
  readonly host: string;
  readonly kind: string;
  readonly profile?: string;
  readonly state?: string;
  readonly balance?: string;
  readonly t0?: boolean;
  readonly control?: string;
}

const KINDS = ['3des-4x', 'sm4-5x', 'pass-card'] as const;
type Kind = (typeof KINDS)[number];

/** Adds `sim`. */
export function registerSim(program: Command): void {
  const command = program
    .command('sim')
    .description('a simulated ETC card for others; runs until it is stopped')
    .option('--tcp <port>', 'listen on this TCP port (0: any free one)')
    .option('--vpcd <host:port>', 'plug the card into a virtual PC/SC reader (vpcd)')
    .option('--host <address>', 'listen on this address', '127.0.0.1')
    .option('--kind <kind>', KINDS.join(' | '), '3des-4x')
    .option('--balance <yuan>', 'opening balance of a new card')
    .option('--profile <file>', 'card profile (JSON): how this card behaves at the edges')
    .option(
      '--state <file>',
      'keep the card in this file: read at start, written after each change',
    )
    .option('--t0', 'behave as a T=0 card: 61xx and 6Cxx')
    .option(
      '--control <port>',
      'HTTP on this machine: tear, spend, swap, expire, lock, reset, look',
    );
  configure<SimOptions>(
    command,
    'sim --tcp 9000 --state card.json',
    async (_args, options, output) => {
      const state = fromOption(() => openState(options));
      const card = replaceable(state);
      const kept = options.state === undefined ? card : keeping(card, options.state);
      const torn = tornCard(options.t0 === true ? withT0(kept) : kept);
      const server = await present(torn, options, output);
      const control = await openControl(options, output, {
        card: torn,
        state: () => card.state,
        replace: (next) => {
          card.replace(next);
          // Powered anew, and kept: whoever is in the middle of a visit meets a fresh card.
          torn.reset();
        },
      });
      // The reader may go away before a person stops the card.
      const removed = await Promise.race([untilStopped(), server.closed.then(() => true)]);
      await control?.close();
      await server.close();
      if (removed === true) throw new QuancunError(TRANSPORT_LOST, { money: 'untouched' });
      return true;
    },
  );
}

/** The port for other people's tests, where it is asked for. */
async function openControl(
  { control, tcp }: SimOptions,
  output: Output,
  controlled: Controlled,
): Promise<ControlPort | undefined> {
  if (control === undefined) return undefined;
  // A virtual reader's line, once cut, is not made again by the card.
  if (tcp === undefined) throw wrongOption('--control', '--tcp PORT');
  const opened = await openControlPort(controlled, portOf('--control', control));
  output.line({
    en: `Its control port is http://127.0.0.1:${String(opened.port)}`,
    zh: `控制端口：http://127.0.0.1:${String(opened.port)}`,
  });
  output.event('control', { port: opened.port });
  return opened;
}

function portOf(option: string, text: string | undefined): number {
  if (!/^\d{1,5}$/.test(text ?? '') || Number(text) > 65_535)
    throw wrongOption(option, { en: '0 to 65535', zh: '0 到 65535' });
  return Number(text);
}

/** Puts the card where the options say: on a port of its own, or into a reader that listens. */
async function present(
  card: CardLike,
  { tcp, vpcd, host, kind }: SimOptions,
  output: Output,
): Promise<CardServer> {
  if ((tcp === undefined) === (vpcd === undefined)) {
    throw wrongOption('--tcp / --vpcd', '--tcp PORT | --vpcd HOST:PORT');
  }
  if (vpcd !== undefined) {
    const [, reader, readerPort] = /^(.+):(\d{1,5})$/.exec(vpcd) ?? [];
    if (reader === undefined || Number(readerPort) > 65_535)
      throw wrongOption('--vpcd', 'HOST:PORT');
    const inserted = await connectCardToReader(card, { host: reader, port: Number(readerPort) });
    output.line({
      en: `A simulated ETC card (${kind}) is in the reader at ${vpcd}. Take it out with Ctrl-C.`,
      zh: `模拟 ETC 卡（${kind}）已放入 ${vpcd} 的虚拟读卡器，Ctrl-C 取出。`,
    });
    output.event('inserted', { host: reader, port: inserted.port, kind });
    return inserted;
  }
  const server = await serveCardOverTcp(card, { port: portOf('--tcp', tcp), host });
  output.line({
    en: `A simulated ETC card (${kind}) listens on ${host}:${String(server.port)}. Stop with Ctrl-C.`,
    zh: `模拟 ETC 卡（${kind}）已在 ${host}:${String(server.port)} 监听，Ctrl-C 停止。`,
  });
  output.event('listening', { host, port: server.port, kind });
  return server;
}

type VirtualCard = ReturnType<typeof createVirtualCard>;

/** A card that another may be put in the place of. */
function replaceable(
  state: VirtualCard['state'],
): VirtualCard & { replace(next: VirtualCard['state']): void } {
  let card = createVirtualCard(state);
  return {
    get state() {
      return card.state;
    },
    replace: (next) => {
      card = createVirtualCard(next);
    },
    reset: () => card.reset(),
    exchange: (command) => card.exchange(command),
  };
}

/** The stored card when there is one, a new one otherwise. */
function openState(options: SimOptions): VirtualCard['state'] {
  if (options.state !== undefined && existsSync(options.state)) {
    return restoreCard(readText(options.state));
  }
  const kind = KINDS.find((known): known is Kind => known === options.kind);
  if (kind === undefined) throw wrongOption('--kind', KINDS.join(' | '));
  return personalise({
    kind,
    ...(options.profile === undefined ? {} : { profile: parseProfile(readJson(options.profile)) }),
    ...(options.balance === undefined ? {} : { balanceFen: parseYuan(options.balance) }),
  });
}

/** Writes the card after each command that changed it: whole, and then in place of the old one. */
function keeping(card: VirtualCard, file: string): VirtualCard {
  let written = '';
  const keep = (): void => {
    const text = saveCard(card.state);
    if (text === written) return;
    whileWriting(file, () => {
      writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true });
      renameSync(`${file}.new`, file);
    });
    written = text;
  };
  keep();
  return {
    get state() {
      return card.state;
    },
    reset: () => {
      const atr = card.reset();
      keep();
      return atr;
    },
    exchange: (command) => {
      const response = card.exchange(command);
      keep();
      return response;
    },
  };
}
