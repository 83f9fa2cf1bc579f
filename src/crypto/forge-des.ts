/// <reference path="./engines.d.ts" />
/**
 * The door to node-forge's DES at block level. Everything this package relies on in forge is in
 * this file and proved when it loads: a forge that has changed is refused with CIPHER_ENGINE
 * instead of answering wrong MACs.
 *
 * What is relied on: `new Algorithm(name, Mode)` hands the mode its block functions;
 * `initialize({key})` expands the key to `_keys`, 32 words for each DES key, in the order of the
 * rounds; the block functions read `_keys` at each call and take 96 words as 3DES (E, D, E).
 */
import { Buffer } from 'buffer/index.js';
import des from 'node-forge/lib/des.js';
import { QuancunError } from '../errors.js';
import { CIPHER_ENGINE } from './errors.js';

/** The expanded words of one DES key (32) or of three in a row (96). */
export type Schedule = readonly number[];

/** A block as two big-endian words; it is replaced by the result. */
export type BlockWords = Int32Array;

/** DES at block level. */
export interface DesEngine {
  /** Expands the 8 bytes of a DES key to 32 words. */
  expand(key: Uint8Array): Schedule;
  encrypt(schedule: Schedule, block: BlockWords): void;
  decrypt(schedule: Schedule, block: BlockWords): void;
}

interface ForgeBlocks {
  encrypt(input: BlockWords, output: BlockWords): void;
  decrypt(input: BlockWords, output: BlockWords): void;
}

interface ForgeAlgorithm {
  _keys: Schedule;
  initialize(options: { key: string }): void;
}

type ForgeMode = new (options: { cipher: ForgeBlocks }) => object;

interface ForgeDes {
  readonly Algorithm: new (name: string, mode: ForgeMode) => ForgeAlgorithm;
}

/**
 * Takes forge's DES module, proves that it is what this package was written for, and gives its
 * block functions.
 *
 * 打开 node-forge 的 DES 模块（分组级），并在加载时自检。
 *
 * @throws CIPHER_ENGINE
 */
export function openForgeDes(module: unknown): DesEngine {
  let engine: DesEngine;
  let proved: boolean;
  try {
    engine = reachBlocks(module as ForgeDes);
    proved = prove(engine);
  } catch (cause) {
    throw engineError('its inner parts are not where they were', cause);
  }
  if (!proved) throw engineError('it fails the known answers of FIPS 46-3');
  return engine;
}

/** The DES engine of this package. */
export const forgeDes: DesEngine = /* @__PURE__ */ openForgeDes(des);

function reachBlocks(module: ForgeDes): DesEngine {
  const host = openAlgorithm(module);
  const { algorithm, blocks } = host;
  return {
    expand(key) {
      const fresh = openAlgorithm(module).algorithm;
      // Forge takes bytes as a binary string, a character a byte.
      fresh.initialize({ key: Buffer.from(key).toString('latin1') });
      return fresh._keys;
    },
    encrypt(schedule, block) {
      algorithm._keys = schedule;
      blocks.encrypt(block, block);
    },
    decrypt(schedule, block) {
      algorithm._keys = schedule;
      blocks.decrypt(block, block);
    },
  };
}

function openAlgorithm(module: ForgeDes): { algorithm: ForgeAlgorithm; blocks: ForgeBlocks } {
  let blocks: ForgeBlocks | undefined;
  class BlockMode {
    constructor(options: { cipher: ForgeBlocks }) {
      blocks = options.cipher;
    }
  }
  const algorithm = new module.Algorithm('DES-ECB', BlockMode);
  if (blocks === undefined) throw new TypeError('the mode was not given the block functions');
  return { algorithm, blocks };
}

/** FIPS 46-3 walk-through value, and OpenSSL's 3DES answer for the key K1 ‖ K2 ‖ K1. */
function prove(engine: DesEngine): boolean {
  const left = engine.expand(Uint8Array.of(0x13, 0x34, 0x57, 0x79, 0x9b, 0xbc, 0xdf, 0xf1));
  const right = engine.expand(Uint8Array.of(0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10));
  if (left.length !== 32 || right.length !== 32) return false;
  const block = Int32Array.of(0x01234567, 0x89abcdef);
  engine.encrypt(left, block);
  if (!holds(block, 0x85e81354, 0x0f0ab405)) return false;
  engine.decrypt(left, block);
  if (!holds(block, 0x01234567, 0x89abcdef)) return false;
  const triple = [...left, ...right, ...left];
  engine.encrypt(triple, block);
  if (!holds(block, 0x3fabc466, 0x81611598)) return false;
  engine.decrypt(triple, block);
  return holds(block, 0x01234567, 0x89abcdef);
}

function holds(block: BlockWords, high: number, low: number): boolean {
  return block[0] === (high | 0) && block[1] === (low | 0);
}

function engineError(problem: string, cause?: unknown): QuancunError {
  return new QuancunError(CIPHER_ENGINE, { details: { engine: 'node-forge', problem }, cause });
}
