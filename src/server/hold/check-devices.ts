/**
 * Whether ledger and journal would be lost together. A journal is worth most where the ledger's
 * disk cannot take it along.
 */
import { type BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileError } from './open-file.js';

/** What was found. */
export interface Devices {
  /** Both are on one file system: a disk that is lost, or put back to an old copy, takes both. */
  readonly shared: boolean;
}

/**
 * Looks on which devices a ledger's file and its journal are; of one that is not there yet its
 * folder is asked. Two partitions of one disk are two devices to the system, and to this.
 * 检查账本与签发日志是否在同一设备上。
 * @throws FILE_FOLDER_MISSING when there is neither file nor folder
 * @example
 * (await checkDevices('orders.db', 'orders.journal')).shared; // true
 */
export async function checkDevices(ledgerPath: string, journalPath: string): Promise<Devices> {
  const [ledger, journal] = await Promise.all([ledgerPath, journalPath].map(statOf));
  return { shared: ledger?.dev === journal?.dev };
}

async function statOf(path: string): Promise<BigIntStats> {
  try {
    return await stat(path, { bigint: true });
  } catch {
    return stat(dirname(resolve(path)), { bigint: true }).catch((error: unknown) => {
      throw fileError(path, error);
    });
  }
}
