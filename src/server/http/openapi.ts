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

const variant = (word: string, value: string, fields: Readonly<Record<string, object>> = {}) =>
  object({ [word]: { const: value }, ...fields });
const response = { type: 'string', pattern: '^([0-9A-Fa-f]{2}){2,258}$' };
const terminal = hex(6);

const EVIDENCE = {
  oneOf: [
    variant('kind', 'present'),
    variant('kind', 'initialized', { terminal, response }),
    variant('kind', 'credited', { response }),
    variant('kind', 'proved', { responses: { type: 'array', maxItems: 4, items: response } }),
    variant('kind', 'lost'),
  ],
};

const keyIndex = { type: 'integer', minimum: 0, maximum: 255 };
const money = { enum: ['untouched', 'moved', 'in-doubt'] };
const STOP = object(
  {
    do: { const: 'stop' },
    state: { enum: STATES },
    code: text,
    money,
    creditedBy: { enum: ['tac', 'counter', 'people'] },
    details: { type: 'object' },
  },
  ['do', 'state', 'money'],
);
const STEP = {
  oneOf: [
    variant('do', 'prove', { transactionType: whole, atcs: { type: 'array', items: whole } }),
    variant('do', 'initialize', { keyIndex, amountFen: whole }),
    variant('do', 'probe', { keyIndex, amountFen: whole, terminal }),
    variant('do', 'credit', { date: hex(4), time: hex(3), mac2: hex(4) }),
    STOP,
  ],
};

const ORDER = {
  orderId: text,
  cardNumber,
  amountFen: whole,
  state: { enum: STATES },
  outlet: text,
  createdAtMs: whole,
  creditedBy: { enum: ['tac', 'counter', 'people'] },
};
const ORDER_REQUIRED = Object.keys(ORDER).filter((name) => name !== 'creditedBy');
const RECORD = object(
  {
    ...ORDER,
    plate: text,
    plateColour: whole,
    loadable: { type: 'boolean' },
    why: text,
  },
  [...ORDER_REQUIRED, 'plate', 'plateColour', 'loadable'],
);

const SCHEMAS = {
  Order: object(ORDER, ORDER_REQUIRED),
  CreateOrder: object({
    protocol,
    idempotencyKey: { type: 'string', minLength: 1, maxLength: 64 },
    issueInformation: {
      type: 'string',
      pattern: '^([0-9A-Fa-f]{86}|[0-9A-Fa-f]{100})$',
      description: 'EF 0015 as read, 43 or 50 bytes.',
    },
    amountFen: { type: 'integer', minimum: 1 },
    outlet: text,
  }),
  Payment: object({ protocol, provider: text, transactionId: text, amountFen: whole }),
  Paying: object({ protocol, provider: text }),
  Qr: object({
    orderId: text,
    provider: text,
    qrText: { type: 'string', description: 'What the QR code says.' },
    amountFen: whole,
    expiresAtMs: whole,
  }),
  Refund: object(
    { transactionId: { type: 'string', description: "A surplus payment's, `provider:number`." } },
    [],
  ),
  RefundsQuery: object({ after: text }, []),
  Refunds: object({
    refunds: {
      type: 'array',
      items: object({
        orderId: text,
        transactionId: text,
        amountFen: whole,
        surplus: { type: 'boolean' },
      }),
    },
    next: { anyOf: [text, { type: 'null' }] },
  }),
  Visit: object({ protocol, cardNumber, evidence: EVIDENCE }),
  Step: STEP,
  Nothing: object({}),
  ForeignRecord: object({
    atc: { type: 'integer', minimum: 0, maximum: 65535 },
    rawBalanceAfter: whole,
    amountFen: whole,
    terminal,
    date: { type: 'string', pattern: '^\\d{8}$' },
    time: { type: 'string', pattern: '^\\d{6}$' },
    tac: hex(4),
  }),
  Release: object({ release: { enum: ['resume', 'credited', 'refund'] } }),
  Card: object({ protocol, cardNumber }),
  Unsettled: object({ order: { anyOf: [ref('Order'), { type: 'null' }] } }),
  Query: object(
    {
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
    records: { type: 'array', items: RECORD },
    next: { anyOf: [text, { type: 'null' }] },
  }),
  Problem: {
    type: 'object',
    description: 'RFC 9457, with our stable code, both languages, and what became of the money.',
    required: ['type', 'title', 'status', 'detail', 'code', 'messageZh', 'hint', 'money'],
    properties: { code: text, money, status: { type: 'integer' } },
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
  '/v1/orders/{orderId}/foreign-record': {
    summary: "Another issuer's load spent the counter value that a HELD order is bound to",
    request: 'ForeignRecord',
    response: 'Order',
    money: true,
  },
  '/v1/orders/{orderId}/release': {
    summary: 'End a FROZEN or HELD order by hand; done when a second key id sends the same',
    request: 'Release',
    response: 'Order',
    money: true,
  },
  '/v1/orders/{orderId}/refund': {
    summary: 'The money is back with the customer: the order’s own payment, or a surplus one',
    request: 'Refund',
    response: 'Order',
    money: true,
  },
  '/v1/orders/{orderId}/qr': {
    summary: 'The QR code that pays the order; asked again, the same payment',
    request: 'Paying',
    response: 'Qr',
    money: true,
  },
  '/v1/orders/{orderId}/qr/query': {
    summary: '【已完成支付】: ask the provider what was paid, and book it',
    request: 'Paying',
    response: 'Order',
  },
  '/v1/refunds/query': {
    summary: 'Payments that are owed back and were not given back yet',
    request: 'RefundsQuery',
    response: 'Refunds',
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
    }).map(([name, summary]) => [
      `/v1/orders/{orderId}/${name}`,
      { summary, request: 'Nothing', response: 'Order', money: true } as const,
    ]),
  ),
};

/**
 * The description of the interface, OpenAPI 3.1.
 * 接口描述（OpenAPI 3.1）。
 */
export const OPENAPI: Readonly<Record<string, unknown>> = {
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
};
