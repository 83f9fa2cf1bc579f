/** The JSON schemas of the files that a person writes, made from what checks them. */
import { type ConversionConfig, toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { TOOL_KEYS_FILE } from '../../src/cli/options/tool-keys.js';
import { CREDENTIALS_FILE, SERVER_KEYS_FILE } from '../../src/cli/options/server-options.js';
import { PROFILE_FILE } from '../../src/simulator/profile.js';
import { VECTOR_FILE, VECTOR_SCHEMA } from '../../src/vectors/file.js';
import { VECTOR_TYPES } from '../../src/vectors/types/index.js';

type Json = Readonly<Record<string, unknown>>;

const CONFIG: ConversionConfig = {
  typeMode: 'input',
  target: 'draft-2020-12',
  // A field of a vector file says more to its editor than a run asks for.
  overrideAction({ valibotAction, jsonSchema }) {
    // What a function checks is said where its schema is named.
    if (valibotAction.type === 'check') return jsonSchema;
    if (valibotAction.type !== 'metadata') return undefined;
    // What the conversion has copied as it stands is what we say in its place.
    const { jsonSchema: _copied, ...known } = jsonSchema as Json;
    return { ...known, ...(valibotAction as MetadataAction).metadata.jsonSchema };
  },
};
type MetadataAction = v.MetadataAction<unknown, { readonly jsonSchema: Json }>;

const schemaOf = (schema: v.GenericSchema): Json => toJsonSchema(schema, CONFIG) as Json;

/** Every schema by the name of its file. */
export function fileSchemas(): Readonly<Record<string, Json>> {
  return {
    [VECTOR_SCHEMA.replace('/', '-')]: {
      $id: VECTOR_SCHEMA,
      title: 'Vector file of quancun',
      description: 'Hex is upper or lower case; money is whole fen; ids are unique in a file.',
      ...vectorSchema(),
    },
    'tool-keys': {
      title: 'Keys of one card: purse --keys, trace --keys',
      ...schemaOf(TOOL_KEYS_FILE),
    },
    'server-keys': {
      title: 'Keys and callers: serve --keys',
      ...schemaOf(SERVER_KEYS_FILE),
      oneOf: [{ required: ['hsm'] }, { required: ['pkcs11'] }],
    },
    credentials: { title: 'Who calls: --credentials', ...schemaOf(CREDENTIALS_FILE) },
    'card-profile': {
      title: 'How a simulated card behaves: sim --profile',
      ...schemaOf(PROFILE_FILE),
    },
  };
}

/** A group's type says what its tests hold. */
function vectorSchema(): Json {
  const file = structuredClone(schemaOf(VECTOR_FILE)) as unknown as {
    properties: { groups: { items: { properties: { type: Json }; allOf?: Json[] } } };
  };
  const { items } = file.properties.groups;
  items.properties.type = { enum: [...VECTOR_TYPES.keys()] };
  items.allOf = [...VECTOR_TYPES.values()].map(({ type, about, fields }) => {
    const { $schema: _schema, type: _type, ...test } = schemaOf(v.looseObject(fields));
    return {
      if: { properties: { type: { const: type } } },
      then: { description: about, properties: { tests: { items: test } } },
    };
  });
  return file;
}
