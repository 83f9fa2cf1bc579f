/**
 * What a server answers, held to its own description: the status, the code and the form. The suites
 * that speak to a server all pass here, so that each of them probes `openapi.json`.
 */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { OPENAPI } from '../../src/server/http/index.js';

interface Content {
  readonly schema: object;
}
/** One operation of the description. */
export interface Described {
  readonly operationId: string;
  readonly summary: string;
  readonly security: readonly object[];
  readonly parameters?: readonly { readonly $ref?: string; readonly name?: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, Content>> }>
  >;
  readonly 'x-scope'?: string;
  readonly 'x-stop-codes'?: readonly string[];
}

/** Every operation, by address and method. */
export const PATHS = OPENAPI.paths as Readonly<Record<string, Readonly<Record<string, Described>>>>;

const ajv = new Ajv2020({ strict: false });
ajv.addSchema({ ...OPENAPI, $id: 'api' });
const compiled = new Map<object, ValidateFunction>();

/** Whether JSON fits a schema of the description. */
export function fitsSchema(schema: object, json: unknown): true | string {
  const validate = compiled.get(schema) ?? ajv.compile(rooted(schema));
  compiled.set(schema, validate);
  return validate(json) || ajv.errorsText(validate.errors);
}

/** The same schema, whose references are found from outside the description too. */
function rooted(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replace(/"#\//g, '"api#/')) as object;
}

/** The operation that answers at an address; none for an address that is not ours. */
export function operationAt(method: string, path: string): Described | undefined {
  const name = path.replace(/\?.*/, '').replace(/^(\/v1\/orders\/)[0-9A-Z]+/, '$1{orderId}');
  const known = name.replace(/^\/callbacks\/.*/, '/callbacks/{provider}');
  return PATHS[known]?.[method.toLowerCase()];
}

/** Fails where an answer is another than the description says. */
export function expectDescribed(method: string, path: string, status: number, text: string): void {
  const operation = operationAt(method, path);
  if (operation === undefined) return;
  const content = operation.responses[String(status)]?.content;
  const [media] = Object.values(content ?? {});
  expect(media, `${operation.operationId} answers ${String(status)}: ${text}`).toBeDefined();
  const json = JSON.parse(text) as { readonly do?: string; readonly code?: string };
  expect([operation.operationId, fitsSchema(media?.schema ?? {}, json)], text).toEqual([
    operation.operationId,
    true,
  ]);
  if (json.do === 'stop' && json.code !== undefined) {
    expect(operation['x-stop-codes'], text).toContain(json.code);
  }
}
