/**
 * A card in the rig of {@link discoverProfile}: its application selected, its PIN presented once,
 * its answers as status word and data. CREDIT and DEBIT do not get past it unless money was asked
 * for.
 */
import {
  parseFci,
  parseResponse,
  readBinary,
  select,
  statusWordOf,
  SW_OK,
} from '../../apdu/index.js';
import { fromHex, toHex } from '../../bytes.js';
import { assert, QuancunError } from '../../errors.js';
import {
  ef0015,
  MASTER_FILE,
  type PinForm,
  TOLL_APPLICATION,
  TOLL_APPLICATION_NAME,
} from '../../etc/index.js';
import type { CardProfile, ProfileStatusWords } from '../../simulator/index.js';
import { readCard, verifyPin } from '../../terminal/index.js';
import { type Transport, withGetResponse } from '../../transport/index.js';
import { NOT_AN_ETC_CARD } from '../../etc/errors.js';

/** What was found out, field by field. */
export type Known = {
  -readonly [Field in keyof Omit<CardProfile, 'statusWords'>]?: CardProfile[Field];
} & {
  readonly statusWords: { -readonly [Name in keyof ProfileStatusWords]?: number };
};

/** Something worth saying that no field of a profile holds. */
export interface Note {
  readonly en: string;
  readonly zh: string;
}

/** A card's answer, whatever it is. */
export interface Answer {
  readonly sw: number;
  readonly data: Uint8Array;
}

/** The rig. */
export interface CardRig {
  readonly known: Known;
  readonly notes: Note[];
  readonly pin: string | undefined;
  /** Sends one command. */
  send(command: Uint8Array): Promise<Answer>;
  /** Selects the toll application again: PIN and transaction are forgotten. */
  reopen(): Promise<void>;
  /** Presents the PIN; nothing where none was given. @throws PIN_WRONG, PIN_BLOCKED */
  presentPin(): Promise<void>;
  /** The version byte of EF 0015, hex. */
  version(): string;
}

const CREDIT_FOR_LOAD = 0x52;
const DEBIT = 0x54;
const WRONG_LENGTH = 0x6700;
const TO_MASTER_FILE: select.Request = { fid: MASTER_FILE };
const BY_FID: select.Request = { fid: TOLL_APPLICATION };
const BY_NAME: select.Request = { dfName: fromHex(TOLL_APPLICATION_NAME) };

/** What a rig is set up with. */
export interface RigOptions {
  readonly pin?: string;
  readonly pinForm?: PinForm;
  /** What to select, in order, the last of which must be found. Default: the toll application. */
  readonly select?: readonly select.Request[];
  readonly mayMoveMoney: boolean;
}

/**
 * Selects the toll application and looks at what every card shows.
 * @throws NOT_AN_ETC_CARD, CARD_LOCKED
 */
export async function openCardRig(transport: Transport, options: RigOptions): Promise<CardRig> {
  const { pin, pinForm, mayMoveMoney } = options;
  const known: Known = { statusWords: {} };
  const notes: Note[] = [];
  const chained = withGetResponse(watchingT0(transport, notes));
  let path: readonly select.Request[] = options.select ?? [TO_MASTER_FILE, BY_FID];
  let version = '41';
  const send = async (command: Uint8Array): Promise<Answer> => {
    const isMoney = command[1] === CREDIT_FOR_LOAD || command[1] === DEBIT;
    assert(mayMoveMoney || !isMoney, 'a command that moves money was not asked for');
    return parseResponse(await chained.transmit(command));
  };
  const rig: CardRig = {
    known,
    notes,
    pin,
    send,
    version: () => version,
    reopen: async () => {
      for (const request of path) await selectOne(send, request);
    },
    presentPin: async () => {
      if (pin !== undefined) await verifyPin(chained, pin, version, pinForm);
    },
  };
  const said: Answer[] = [];
  const isSelected = async (request: select.Request): Promise<boolean> => {
    said.push(await selectOne(send, request));
    return said[said.length - 1]?.sw === SW_OK;
  };
  let isOpen = false;
  for (const request of path) isOpen = await isSelected(request);
  if (options.select === undefined) {
    known.selectByFid = isOpen;
    if (!isOpen) path = [TO_MASTER_FILE, BY_NAME];
    isOpen ||= await isSelected(BY_NAME);
  }
  if (!isOpen) {
    // Whoever reads cards knows what a refusal means: a locked card is no stranger.
    await readCard(chained, options.select === undefined ? {} : { select: options.select });
    throw new QuancunError(NOT_AN_ETC_CARD);
  }
  const fci = said[said.length - 1]?.data ?? new Uint8Array(0);
  known.selectFci = fci.length > 0;
  await findName(rig, fci);
  version = (await readIssueFile(rig)) ?? version;
  return rig;
}

/** Once more without Le, where a card wants none. */
async function selectOne(send: CardRig['send'], request: select.Request): Promise<Answer> {
  const answer = await send(select.build(request));
  return answer.sw === WRONG_LENGTH ? send(select.build({ ...request, ne: 0 })) : answer;
}

async function findName({ send, known }: CardRig, fci: Uint8Array): Promise<void> {
  const { dfName } = parseFci(fci);
  if (dfName !== undefined) known.applicationName = toHex(dfName);
  else if ((await selectOne(send, BY_NAME)).sw === SW_OK)
    known.applicationName = TOLL_APPLICATION_NAME;
}

/** @returns the version byte, where the file can be read */
async function readIssueFile({ send, known, reopen }: CardRig): Promise<string | undefined> {
  await reopen();
  for (const ne of ef0015.SIZES_BYTES) {
    const { sw, data } = await send(readBinary.build({ sfi: ef0015.SFI, offset: 0, ne }));
    const size = ef0015.SIZES_BYTES.find((one) => one === data.length);
    if (sw !== SW_OK || size === undefined) continue;
    known.issueSizeBytes = size;
    return toHex(data.slice(9, 10));
  }
  return undefined;
}

/** T=0 is no field of a profile: it is the reader's business too. Said once for each. */
function watchingT0(transport: Transport, notes: Note[]): Transport {
  const seen = new Set<number>();
  return {
    ...transport,
    transmit: async (command, options) => {
      const response = await transport.transmit(command, options);
      const sw1 = statusWordOf(response) >> 8;
      if ((sw1 === 0x61 || sw1 === 0x6c) && !seen.has(sw1)) {
        seen.add(sw1);
        const name = `${sw1.toString(16).toUpperCase()}xx`;
        notes.push({ en: `the card answers ${name}: T=0`, zh: `卡片应答 ${name}：T=0` });
      }
      return response;
    },
  };
}
