/**
 * Whether ledger and journal would be lost together. A journal is worth most where the ledger's
 * disk cannot take it along.
 */
import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** What was found. */
export interface Devices {
  /**
   * Both are on one file system: a disk that is lost, or put back to an old copy, takes both.
   * Absent when it cannot be told.
   */
  readonly shared?: boolean;
}

/**
 * Looks on which devices a ledger's file and its journal are; of one that is not there yet its
 * folder is asked. Two partitions of one disk are two devices to the system, and to this.
 * 检查账本与授权日志是否在同一设备上。
 * @example
 * (await checkDevices('orders.db', 'orders.journal')).shared; // true
 */
export async function checkDevices(ledgerPath: string, journalPath: string): Promise<Devices> {
  const [ledger, journal] = await Promise.all([ledgerPath, journalPath].map(lookAt));
  if (ledger === undefined || journal === undefined) return {};
  return { shared: ledger.dev === journal.dev };
}

async function lookAt(path: string): Promise<BigIntStats | undefined> {
  for (const place of [path, dirname(resolve(path))]) {
    const found = await stat(place, { bigint: true }).catch(() => undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}
