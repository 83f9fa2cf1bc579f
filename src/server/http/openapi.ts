/** The description of the interface, served at /openapi.json; a test holds it to the routes. */

const hex = (bytes: number): object => ({
  type: 'string',
  pattern: `^[0-9A-Fa-f]{${String(2 * bytes)}}$`,
});
const text = { type: 'string' };
const whole = { type: 'integer', minimum: 0 };
const protocol = { const: 1, description: 'Version of the messages.' };
const cardNumber = { type: 'string', pattern: '^\\d{16}$' };

const object = (
  properties: Readonly<Record<string, object>>,
  required = Object.keys(properties),
) => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});
const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
const STATES = [
  ...['CREATED', 'PAID', 'ISSUED', 'HELD', 'VOIDING', 'CREDITED'],
  ...['REFUND_DUE', 'REFUNDED', 'EXPIRED', 'FROZEN'],
];

const SCHEMAS = {
  Order: object(
    {
      orderId: text,
      cardNumber,
      amountFen: whole,
      state: { enum: STATES },
      outlet: text,
      createdAtMs: whole,
      creditedBy: { enum: ['tac', 'counter'] },
    },
    ['orderId', 'cardNumber', 'amountFen', 'state', 'outlet', 'createdAtMs'],
  ),
  CreateOrder: object({
    protocol,
    idempotencyKey: { type: 'string', minLength: 1, maxLength: 64 },
    issueInformation: { type: 'string', description: 'EF 0015 as read, 43 or 50 bytes hex.' },
    amountFen: { type: 'integer', minimum: 1 },
    outlet: text,
  }),
  Payment: object({ protocol, provider: text, transactionId: text, amountFen: whole }),
  Visit: object({
    protocol,
    cardNumber,
    evidence: {
      type: 'object',
      required: ['kind'],
      properties: { kind: { enum: ['present', 'initialized', 'credited', 'proved', 'lost'] } },
    },
  }),
  Step: {
    type: 'object',
    required: ['do'],
    properties: { do: { enum: ['prove', 'initialize', 'probe', 'credit', 'stop'] }, mac2: hex(4) },
  },
  Unsettled: object({ order: { anyOf: [ref('Order'), { type: 'null' }] } }),
  Card: object({ protocol, cardNumber }),
  Query: object(
    {
      protocol,
      cardNumber,
      plate: text,
      plateColour: whole,
      fromMs: whole,
      toMs: { ...whole, description: 'At most 30 days after fromMs.' },
      cursor: text,
      limit: { type: 'integer', minimum: 1, maximum: 100 },
    },
    ['fromMs', 'toMs'],
  ),
  Records: object({
    records: { type: 'array', items: { type: 'object' } },
    next: { anyOf: [text, { type: 'null' }] },
  }),
  Problem: {
    type: 'object',
    required: ['type', 'title', 'status', 'code', 'messageZh', 'money'],
    properties: { code: text, money: { enum: ['untouched', 'moved', 'in-doubt'] } },
  },
};

interface Operation {
  readonly summary: string;
  readonly request?: string;
  readonly response: string;
  readonly money?: true;
}

const json = (name: string): object => ({ 'application/json': { schema: ref(name) } });

function operation({ summary, request, response, money }: Operation, path: string): object {
  const orderId = { name: 'orderId', in: 'path', required: true, schema: text };
  const key = { name: 'Idempotency-Key', in: 'header', required: true, schema: text };
  return {
    summary,
    parameters: [...(path.includes('{') ? [orderId] : []), ...(money === true ? [key] : [])],
    ...(request === undefined ? {} : { requestBody: { required: true, content: json(request) } }),
    responses: {
      '200': { description: 'Done.', content: json(response) },
      default: {
        description: 'Refused; nothing was changed unless `money` says so.',
        content: { 'application/problem+json': { schema: ref('Problem') } },
      },
    },
    security: [{ signature: [] }],
  };
}

const POSTS: Readonly<Record<string, Operation>> = {
  '/v1/orders': {
    summary: 'Make an order',
    request: 'CreateOrder',
    response: 'Order',
    money: true,
  },
  '/v1/orders/{orderId}/payments': {
    summary: 'The order was paid',
    request: 'Payment',
    response: 'Order',
    money: true,
  },
  '/v1/orders/{orderId}/visits': {
    summary: 'Report what the card answered; learn what to do next',
    request: 'Visit',
    response: 'Step',
  },
  '/v1/orders/unsettled': {
    summary: "The card's unsettled order",
    request: 'Card',
    response: 'Unsettled',
  },
  '/v1/orders/query': { summary: '充值记录', request: 'Query', response: 'Records' },
  ...Object.fromEntries(
    Object.entries({
      cancel: 'Give an unpaid or unissued order up',
      void: 'Ask for a refund; from now on only a probe of the card can allow it',
      'withdraw-void': 'Take that back',
      refund: 'The payment provider gave the money back',
    }).map(([name, summary]) => [
      `/v1/orders/{orderId}/${name}`,
      { summary, response: 'Order', money: true } as const,
    ]),
  ),
};

/** OpenAPI 3.1. */
export const OPENAPI = {
  openapi: '3.1.0',
  info: {
    title: 'quancun authority',
    version: '1',
    description: 'Orders, payments and loads of ETC cards, exactly once. Requests are signed.',
  },
  paths: {
    ...Object.fromEntries(
      Object.entries(POSTS).map(([path, one]) => [path, { post: operation(one, path) }]),
    ),
    '/v1/orders/{orderId}': {
      get: operation({ summary: 'An order', response: 'Order' }, '/v1/orders/{orderId}'),
    },
  },
  components: {
    schemas: SCHEMAS,
    securitySchemes: {
      signature: {
        type: 'apiKey',
        in: 'header',
        name: 'quancun-signature',
        description:
          'HMAC-SHA-256, hex, under the secret of quancun-key-id, over the lines QUANCUN1, method, path, quancun-timestamp, quancun-nonce, SHA-256 of the body.',
      },
    },
  },
} as const;
