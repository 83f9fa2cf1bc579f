/** The frame of every command file's `parseCommand`: is this the command, and is it whole? */
import { QuancunError } from '../errors.js';
import { type Command, parseCommand } from './command.js';
import { COMMAND_MISMATCH } from './errors.js';

/** What a command must look like. Fields left out may be anything. */
export interface CommandPattern {
  readonly name: string;
  readonly cla?: number;
  readonly ins: number;
  readonly p1?: number;
  readonly p2?: number;
  /** Exact size of the data field. */
  readonly dataBytes?: number;
}

/**
 * Parses bytes as a certain command.
 * @throws COMMAND_MALFORMED, COMMAND_MISMATCH
 */
export function expectCommand(bytes: Uint8Array, pattern: CommandPattern): Command {
  const command = parseCommand(bytes);
  const { name, dataBytes } = pattern;
  const fits =
    command.ins === pattern.ins &&
    (pattern.cla === undefined || command.cla === pattern.cla) &&
    (pattern.p1 === undefined || command.p1 === pattern.p1) &&
    (pattern.p2 === undefined || command.p2 === pattern.p2) &&
    (dataBytes === undefined || command.data.length === dataBytes);
  if (!fits) throw mismatch(name);
  return command;
}

/** These bytes are another command, or this one with wrong data. */
export function mismatch(name: string): QuancunError {
  return new QuancunError(COMMAND_MISMATCH, { details: { name } });
}
