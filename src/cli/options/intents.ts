/** `--intents`: where a terminal keeps that money is being taken, from one run to the next. */
import * as files from 'node:fs/promises';
import { fileIntentStore, type IntentStore } from '../../terminal/index.js';

/** Every command that has to do with payments. */
export interface IntentsOptions {
  readonly credentials: string;
  readonly intents?: string;
}

/** What `--help` says of it. */
export const INTENTS_HELP =
  'keeps payments that are not booked yet, for the next run; default: CREDENTIALS.intents';

/** Beside the credentials unless told otherwise: one terminal, one file. */
export function openIntents({ credentials, intents }: IntentsOptions): IntentStore {
  return fileIntentStore(files, intents ?? `${credentials}.intents`);
}
