/** Says what a command and its answer mean, field by field. Secrets show their length alone. */
import { explainStatus, parseCommand, parseResponse, type Status, swText } from '../apdu/index.js';
import { toHex, writeUint } from '../bytes.js';
import { cardTypeName, ef0015, networkName } from '../etc/index.js';
import { formatYuan } from '../money.js';
import { maskCardNumber, redactText } from '../redact.js';
import { redactExchange } from '../redact-apdu.js';
import { findCommandRow } from '../testing/vectors/command-files.js';
import { asQuancunError, type Words } from './output.js';

/** One command or answer in words. */
export interface Explanation {
  readonly name: string;
  /** Name and value of each field, in the order of the bytes. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly status?: Status;
}

const SECRET_FIELDS: readonly string[] = ['pin', 'mac2', 'cryptogram'];

/**
 * Explains a command. Bytes that no command file understands are shown as the parts of an APDU.
 * @throws COMMAND_MALFORMED
 */
export function explainCommand(bytes: Uint8Array): Explanation {
  const { cla, ins, p1, p2, data, ne } = parseCommand(bytes);
  const row = findCommandRow(bytes);
  const header = (['CLA', 'INS', 'P1', 'P2'] as const).map(
    (name, index) => [name, hexByte([cla, ins, p1, p2][index] ?? 0)] as const,
  );
  if (row === undefined) {
    const rest = [['data', toHex(data)] as const, ['ne', String(ne)] as const];
    return { name: `INS ${hexByte(ins)}`, fields: [...header, ...rest] };
  }
  try {
    return { name: row.name, fields: fieldsOf(row.file.parseCommand(bytes)) };
  } catch (error) {
    const { message } = asQuancunError(error);
    return { name: row.name, fields: [...header, ['?', message]] };
  }
}

/**
 * Explains an answer by the table and the parser of its command.
 * @throws RESPONSE_MALFORMED
 */
export function explainResponse(command: Uint8Array, bytes: Uint8Array): Explanation {
  const { data, sw } = parseResponse(bytes);
  const row = findCommandRow(command);
  const name = swText(sw);
  if (row === undefined) {
    return { name, fields: [['data', toHex(data)]], status: explainStatus(sw) };
  }
  try {
    const answer = row.file.parse(bytes) as { readonly ok: boolean; readonly status?: Status };
    const { ok: _ok, status = explainStatus(sw), ...fields } = answer;
    const issue = issueFieldsOf(command, data) ?? fieldsOf(maskedFields(command, bytes, fields));
    return { name, fields: issue, status };
  } catch (error) {
    const { message } = asQuancunError(error);
    return { name, fields: [['?', message]], status: explainStatus(sw) };
  }
}

/** A status in both languages. */
export function statusWords({ sw, en, zh, triesLeft }: Status): Words {
  const left = triesLeft === undefined ? undefined : String(triesLeft);
  return {
    en: `${swText(sw)} ${en}${left === undefined ? '' : `; ${left} tries left`}`,
    zh: `${swText(sw)} ${zh}${left === undefined ? '' : `，还可尝试 ${left} 次`}`,
  };
}

/** File contents without what identifies a person: the bytes that a trace would redact as well. */
function maskedFields(command: Uint8Array, response: Uint8Array, fields: object): object {
  const { data, fci, ...rest } = fields as { data?: unknown; fci?: { issuerData?: Uint8Array } };
  const shown = redactExchange(command, response)[1].slice(0, -4);
  if (data instanceof Uint8Array) return { ...rest, data: shown.includes('*') ? shown : data };
  if (fci?.issuerData === undefined) return fields;
  const { issuerData, ...head } = fci;
  return { ...rest, fci: head, issuerData: `(${String(issuerData.length)} bytes, EF 0015)` };
}

/** EF 0015 read by its short file identifier: what may be shown of it. */
function issueFieldsOf(command: Uint8Array, data: Uint8Array): Explanation['fields'] | undefined {
  const readsIssue = command[1] === 0xb0 && command[2] === 0x80 + ef0015.SFI && command[3] === 0;
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

function fieldsOf(record: object, path = ''): [string, string][] {
  return Object.entries(record).flatMap(([name, value]: [string, unknown]): [string, string][] => {
    if (value === undefined) return [];
    const isBytes = value instanceof Uint8Array;
    if (SECRET_FIELDS.includes(name) && isBytes) {
      return [[path + name, `(${String(value.length)} bytes, not shown)`]];
    }
    if (isBytes || typeof value !== 'object' || value === null) {
      return [[path + name, valueWords(name, value)]];
    }
    return fieldsOf(value, `${path}${name}.`);
  });
}

function valueWords(name: string, value: unknown): string {
  if (value instanceof Uint8Array) return toHex(value);
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
