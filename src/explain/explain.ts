/** Says what a command and its answer mean, field by field. Secrets show their length alone. */
import {
  explainStatus,
  parseCommand,
  parseResponse,
  type Status,
  SW_OK,
  swText,
} from '../apdu/index.js';
import { toHex, writeUint } from '../bytes.js';
import { type Hint, isQuancunError } from '../errors.js';
import { cardTypeName, ef0015, networkName } from '../etc/index.js';
import { formatYuan } from '../money.js';
import { maskCardNumber, redactText } from '../redact.js';
import { redactExchange } from '../redact-apdu.js';
import { type CommandRow, findCommandRow } from '../purse/index.js';
import { type FieldRows, maskBytes, maskFields, notShown, turnHidden } from './masked.js';

/** One command or answer in words. */
export interface Explanation {
  readonly name: string;
  /** Name and value of each field, in the order of the bytes. */
  readonly fields: FieldRows;
  readonly status?: Status;
}

/** Not shown even where the redactor lets them by: they open a transaction, or once did. */
const SECRET_FIELDS: readonly string[] = ['pin', 'mac2', 'cryptogram'];

/** Hides bytes of an exchange, as {@link redactExchange} does. */
type Redactor = typeof redactExchange;

/**
 * Explains a command. Bytes that no command file understands are shown as the parts of an APDU.
 * 解释命令（按字段；密文与个人信息不显示）。
 * @throws COMMAND_MALFORMED
 * @example
 * import { fromHex } from 'quancun/bytes';
 * explainCommand(fromHex('805C000204')).name; // 'GET BALANCE'
 */
export function explainCommand(bytes: Uint8Array): Explanation {
  const command = parseCommand(bytes);
  const twin = turnHidden(bytes, redactExchange(bytes)[0]);
  const row = findCommandRow(bytes);
  const header = (['cla', 'ins', 'p1', 'p2'] as const).map(
    (name) => [name.toUpperCase(), hexByte(command[name])] as const,
  );
  const data = ['data', maskBytes(command.data, parseCommand(twin).data)] as const;
  if (row === undefined) {
    const name = findPlainName(bytes) ?? `INS ${hexByte(command.ins)}`;
    return { name, fields: [...header, data, ['ne', String(command.ne)]] };
  }
  try {
    const { file } = row;
    const fields = maskFields(file.parseCommand(bytes), file.parseCommand(twin), valueWords);
    return { name: row.name, fields };
  } catch (error) {
    const message = isQuancunError(error) ? error.message : 'not readable';
    return { name: row.name, fields: [...header, data, ['?', message]] };
  }
}

/**
 * Explains an answer by the table and the parser of its command. In a session the session's own
 * redactor says what is hidden.
 * 解释应答（按其命令）。
 * @throws RESPONSE_MALFORMED
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const { fields } = explainResponse(fromHex('805C000204'), fromHex('000013889000'));
 * fields[0]; // ['rawBalance', '5000 (hex 1388)']
 */
export function explainResponse(
  command: Uint8Array,
  bytes: Uint8Array,
  redact: Redactor = redactExchange,
): Explanation {
  const { data, sw } = parseResponse(bytes);
  const twin = turnHidden(bytes, redact(command, bytes)[1]);
  const shown = ['data', maskBytes(data, parseResponse(twin).data)] as const;
  const row = findCommandRow(command);
  const name = swText(sw);
  const issue = sw === SW_OK ? issueFieldsOf(command, data) : undefined;
  if (issue !== undefined) return { name, fields: issue, status: explainStatus(sw) };
  if (row === undefined) return { name, fields: [shown], status: explainStatus(sw) };
  try {
    const answer = row.file.parse(bytes) as { readonly ok: boolean; readonly status?: Status };
    const { ok: _ok, status = explainStatus(sw), ...fields } = answer;
    return { name, fields: maskFields(fields, twinOf(row, twin), valueWords), status };
  } catch (error) {
    const message = isQuancunError(error) ? error.message : 'not readable';
    return { name, fields: [shown, ['?', message]], status: explainStatus(sw) };
  }
}

/** An answer that does not parse with its hidden bytes turned over has nothing to show. */
function twinOf({ file }: CommandRow, twin: Uint8Array): object {
  try {
    return file.parse(twin);
  } catch {
    return {};
  }
}

/** CLA x4: the same command, protected by a MAC. */
function findPlainName(bytes: Uint8Array): string | undefined {
  const plain = Uint8Array.from(bytes, (byte, index) => (index === 0 ? byte & 0xf0 : byte));
  const name = findCommandRow(plain)?.name;
  return name !== undefined && ((bytes[0] ?? 0) & 0x0f) === 0x04 ? `${name} with MAC` : undefined;
}

/**
 * A status in both languages.
 * 状态字说明。
 * @example
 * import { explainStatus } from 'quancun/apdu';
 * statusWords(explainStatus(0x9302)).zh.startsWith('9302'); // true
 */
export function statusWords({ sw, en, zh, triesLeft }: Status): Hint {
  const left = triesLeft === undefined ? undefined : String(triesLeft);
  return {
    en: `${swText(sw)} ${en}${left === undefined ? '' : `; ${left} tries remain`}`,
    zh: `${swText(sw)} ${zh}${left === undefined ? '' : `，剩余 ${left} 次`}`,
  };
}

/** EF 0015 read by its short file identifier: what may be shown of it. */
function issueFieldsOf(command: Uint8Array, data: Uint8Array): Explanation['fields'] | undefined {
  const [cla = 0, ins, p1, p2] = command;
  const readsIssue = cla === 0 && ins === 0xb0 && p1 === 0x80 + ef0015.SFI && p2 === 0;
  if (!readsIssue || !(ef0015.SIZES_BYTES as readonly number[]).includes(data.length))
    return undefined;
  const issue = ef0015.decode(data);
  return [
    ['EF', '0015'],
    ['issuer', issue.issuerName],
    ['cardType', `${String(issue.cardType)} ${cardTypeName(issue.cardType)?.zh ?? ''}`],
    ['version', issue.version],
    ['network', `${issue.network} ${networkName(issue.network)?.zh ?? ''}`],
    ['cardNumber', maskCardNumber(issue.cardNumber)],
    ['valid', `${issue.startDate} – ${issue.endDate}`],
  ];
}

function valueWords(name: string, value: unknown, twin: unknown): string {
  if (value instanceof Uint8Array) {
    return SECRET_FIELDS.includes(name) ? notShown(value) : maskBytes(value, twin);
  }
  if (value !== twin) return '(not shown)';
  if (name === 'fid' && typeof value === 'number') return toHex(writeUint(value, 2));
  if (typeof value === 'number') {
    if (name.endsWith('Fen')) return `${formatYuan(value)} yuan`;
    const hex = value.toString(16).toUpperCase();
    return value > 9 ? `${String(value)} (hex ${hex.padStart(2, '0')})` : String(value);
  }
  return redactText(String(value));
}

function hexByte(value: number): string {
  return toHex(Uint8Array.of(value));
}
