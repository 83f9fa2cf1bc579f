/** Transaction type codes, as they stand in MAC1, MAC2, TAC, 805A and log records (data only). */

/** A transaction type. */
export interface TransactionType {
  readonly code: number;
  readonly en: string;
  readonly zh: string;
}

/** The types that PBOC 2.0 cards and their relatives use. */
export const TRANSACTION_TYPES: readonly TransactionType[] = [
  { code: 0x01, en: 'deposit load', zh: '存折圈存' },
  { code: 0x02, en: 'load', zh: '圈存' },
  { code: 0x03, en: 'unload', zh: '圈提' },
  { code: 0x04, en: 'cash withdrawal', zh: '取款' },
  { code: 0x05, en: 'deposit purchase', zh: '存折消费' },
  { code: 0x06, en: 'purchase', zh: '消费' },
  { code: 0x07, en: 'overdraft limit', zh: '修改透支限额' },
  { code: 0x08, en: 'credit purchase', zh: '信用消费' },
  { code: 0x09, en: 'compound purchase', zh: '复合消费' },
  { code: 0x11, en: 'overdraft (mobile)', zh: '透支（移动）' },
  { code: 0x91, en: 'grey lock', zh: '灰锁' },
  { code: 0x93, en: 'grey unlock', zh: '解灰锁' },
  { code: 0x95, en: 'online unlock', zh: '联机解扣' },
];
