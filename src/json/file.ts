/**
 * Files that a person hands in, and options that a program does. What does not fit its declaration
 * is refused in both languages by the place of the first wrong field and by what it should be;
 * what the field holds is never repeated, because it may be a key.
 */
import * as v from 'valibot';
import { JSON_INVALID } from '../core-errors.js';
import { type ErrorRow, QuancunError, textsOf } from '../errors.js';
import { redactText } from '../redact.js';
import { ARGUMENT_INVALID } from './errors.js';
import { type Said, saidOf } from './file-texts.js';

/**
 * The value that a file, or a part of one, holds.
 * @param what the file: its name, or what it is
 * @throws JSON_INVALID, or the row that is handed in
 */
export function expectFile<Schema extends v.GenericSchema>(
  schema: Schema,
  json: unknown,
  what: string | Said,
  row: ErrorRow = JSON_INVALID,
): v.InferOutput<Schema> {
  return expectDeclared(schema, json, what, row);
}

/**
 * The options of a call, from a program that no compiler may have looked at.
 * @throws ARGUMENT_INVALID
 */
export function expectOptions<Schema extends v.GenericSchema>(
  schema: Schema,
  options: unknown,
  what: string,
): v.InferOutput<Schema> {
  return expectDeclared(schema, options, what, ARGUMENT_INVALID);
}

/**
 * The JSON in a text that a person wrote. Editors on Windows put a byte order mark in front, which
 * JSON does not allow. The engine's own message is dropped: it quotes the text, and keys in it.
 * @throws JSON_INVALID
 */
export function parseFileText(text: string, what: string | Said): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch {
    throw refusal(JSON_INVALID, what, { en: 'the text is not JSON', zh: '文本不是 JSON' });
  }
}

function expectDeclared<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  what: string | Said,
  row: ErrorRow,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  // Read again for the other language: a declaration may have words of its own in it.
  const again = v.safeParse(schema, value, { abortEarly: true, lang: 'zh' });
  throw refusal(row, what, {
    en: saidOf(result.issues[0]).en,
    zh: saidOf(again.issues?.[0] ?? result.issues[0]).zh,
  });
}

function refusal(row: ErrorRow, what: string | Said, problem: Said): QuancunError {
  const [en, zh] = typeof what === 'string' ? [what, what] : [what.en, what.zh];
  // The details are said once, in English; the Chinese text has its own.
  const spoken = { what: redactText(zh), problem: redactText(problem.zh) };
  const messageZh = textsOf(row, spoken).messageZh;
  return new QuancunError(
    { ...row, zh: messageZh },
    { details: { what: en, problem: problem.en } },
  );
}
