/** Holds a request to its declaration, its version first: another version may have other fields. */
import type * as v from 'valibot';
import { QuancunError } from '../errors.js';
import { PROTOCOL_VERSION as OTHER_VERSION } from '../json/errors.js';
import { expectJson } from '../json/index.js';
import { PROTOCOL_VERSION } from './states.js';

/**
 * The request. Where it says a version, that version is looked at before anything else.
 * @throws PROTOCOL_VERSION, MESSAGE_INVALID with the first field that is wrong
 */
export function expectRequest<Schema extends v.GenericSchema>(
  schema: Schema,
  json: unknown,
): v.InferOutput<Schema> {
  if (saysVersion(schema)) {
    const version = versionOf(json);
    if (Number.isSafeInteger(version) && version !== PROTOCOL_VERSION) {
      throw new QuancunError(OTHER_VERSION, { details: { version } });
    }
  }
  return expectJson(schema, json);
}

/** Whether a request says which version of the messages it is of. */
export function saysVersion(schema: v.GenericSchema): boolean {
  return 'entries' in schema && 'protocol' in Object(schema.entries);
}

function versionOf(json: unknown): unknown {
  return typeof json === 'object' && json !== null && 'protocol' in json
    ? json.protocol
    : undefined;
}
