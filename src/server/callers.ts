/** Who may call over HTTP, and what they may do: one declaration for programs and for key files. */
import * as v from 'valibot';
import { hexOf, objectOf, textOf, type Told, wholeOf } from '../json/index.js';

/**
 * A terminal, or a back office, that signs its requests: an entry of a key file's `terminals`.
 * 调用方（终端或后台）的声明：密钥文件 `terminals` 中的一项。
 */
export const CALLER = objectOf({
  /** Printable ASCII without blanks: it travels in a header. */
  keyId: textOf(256, /^[\x21-\x7e]*$/),
  /** 32 bytes, hex. */
  secret: hexOf(32),
  scopes: v.array(v.picklist(['recharge', 'query', 'back-office'])),
  /** The outlet it stands in: then it makes orders for no other one. */
  outlet: v.exactOptional(textOf(64)),
  /** Ways of paying that it may report as taken. Default: `cash` and `pos`; a QR provider never. */
  takes: v.exactOptional(v.array(textOf(32, /^[a-z][a-z0-9-]*$/))),
  /** Cap on one payment that it reports, and on all that it reports in a day, in fen. */
  maxReportFen: v.exactOptional(wholeOf(1)),
  maxDayFen: v.exactOptional(wholeOf(1)),
  /** Cap on one order, below the deployment's. */
  maxAmountFen: v.exactOptional(wholeOf(1)),
});

/** A terminal, or a back office, that signs its requests. */
export interface Caller extends Told<typeof CALLER> {}

/** What a caller may ask for. */
export type Scope = Caller['scopes'][number];
