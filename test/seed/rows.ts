/** The rows of the operator guide, and what answers a row besides the tests that name it. */

/** One row. */
export interface Row {
  readonly id: string;
  readonly feature: string;
  /** Labels and prompts, word for word. */
  readonly prompts?: readonly string[];
  /** A number in docs/internals/decisions.md, and what it says here. */
  readonly decision?: { readonly number: number; readonly says: string };
  /** The counter page has something to show for it: a test in the browser says what. */
  readonly isShown?: true;
}

/** All of them, in the guide’s order. */
export const ROWS: readonly Row[] = [
  { id: 'S01', feature: 'the user card is the last step of signing up' },
  { id: 'S02', feature: 'only an issued card in 激活 state can be recharged' },
  { id: 'S03', feature: 'only 储值卡 can be recharged' },
  {
    ...{ id: 'S04', feature: 'two kinds of outlet: 自营网点 and 银行网点' },
    isShown: true,
  },
  {
    ...{
      id: 'S05',
      feature: '自营: the data is submitted, the card written, the money taken by POS',
    },
    prompts: ['【充值】'],
  },
  {
    ...{ id: 'S06', feature: '银行: paid by QR code of WeChat or Alipay in the app' },
    ...{ prompts: ['【在线支付】'], isShown: true },
  },
  { id: 'S07', feature: 'at most 100,000 yuan (十万)' },
  { id: 'S08', feature: 'amounts are yuan', isShown: true },
  {
    ...{ id: 'S09', feature: '圈存 is inside 充值记录', prompts: ['【充值记录】'] },
    isShown: true,
  },
  { id: 'S10', feature: '圈存 repairs a write that failed during a recharge' },
  {
    ...{ id: 'S11', feature: 'paid or submitted, and the card not written' },
    prompts: ['充值写卡失败，请到充值记录页圈存！'],
  },
  {
    ...{ id: 'S12', feature: 'then 圈存 the same day, without consumption or recharge in between' },
    decision: {
      number: 30,
      says: 'two people end what the card cannot: a load whose proof a purchase has taken the place of',
    },
  },
  {
    ...{ id: 'S13', feature: 'the network must be normal before either operation' },
    isShown: true,
  },
  {
    ...{ id: 'S14', feature: 'the balance is checked before and after every operation' },
    ...{ prompts: ['【卡片检测】'], isShown: true },
  },
  {
    ...{ id: 'S15', feature: '自营: home, 用户卡充值', prompts: ['【用户卡充值】'] },
    isShown: true,
  },
  {
    ...{ id: 'S16', feature: '自营: the card goes into the slot at the back' },
    isShown: true,
  },
  {
    ...{ id: 'S17', feature: '自营: plate, card number, balance and more are shown' },
    ...{ prompts: ['【读卡】'], isShown: true },
  },
  {
    ...{ id: 'S18', feature: 'number and balance before are verified by eye' },
    prompts: ['请务必仔细复核识别的卡号是否正确，以及充值前余额'],
    isShown: true,
  },
  {
    ...{
      id: 'S19',
      feature: '自营: amount, then 充值 completes the recharge',
      prompts: ['【充值】'],
    },
    isShown: true,
  },
  {
    ...{ id: 'S20', feature: 'success: the app goes back to its home page by itself' },
    isShown: true,
  },
  {
    ...{
      id: 'S21',
      feature: 'then the balance is compared in 卡片检测',
      prompts: ['【卡片检测】'],
    },
  },
  {
    ...{ id: 'S22', feature: 'money is taken by POS or in another way' },
    isShown: true,
  },
  {
    ...{ id: 'S23', feature: 'receipts are not printed', prompts: ['打票功能暂不具备'] },
    isShown: true,
  },
  {
    ...{ id: 'S24', feature: '银行: amount, 在线支付, a QR code, the customer pays' },
    ...{ prompts: ['【在线支付】'], isShown: true },
  },
  {
    ...{ id: 'S25', feature: '银行: 已完成支付, and the recharge goes on by itself' },
    ...{ prompts: ['【已完成支付】'], isShown: true },
  },
  {
    ...{ id: 'S26', feature: '圈存: query by plate, colour, start and end', prompts: ['【查询】'] },
    isShown: true,
  },
  {
    ...{ id: 'S27', feature: '圈存: start and end at most 30 days apart' },
    prompts: ['结束时间和开始时间差值必须在30天之内！'],
  },
  {
    ...{ id: 'S28', feature: '圈存: the records of that card; a tap leads to its 圈存' },
    isShown: true,
  },
  {
    ...{ id: 'S29', feature: '圈存: verify, insert the card, 圈存', prompts: ['【圈存】'] },
    isShown: true,
  },
  { id: 'S30', feature: '圈存 is the same for both kinds of outlet' },
  { id: 'S31', feature: 'a card check before the recharge shows that the reader works' },
  {
    ...{ id: 'S32', feature: 'no charging and no cable during recharge and 圈存' },
    isShown: true,
  },
  {
    ...{ id: 'S33', feature: 'a prompt with these words: stop, and contact him' },
    ...{ prompts: ['联系管理员'], isShown: true },
  },
  { id: 'S34', feature: 'the balance is checked after each recharge and 圈存' },
  {
    ...{ id: 'S35', feature: 'fault 1: the card is not read; charging, lights, test, other cards' },
    ...{ prompts: ['读卡失败'], isShown: true },
  },
  {
    ...{ id: 'S36', feature: 'fault 2: network; leave the page, check, change it, log in again' },
    prompts: ['正在查询，获取...', '连接超时！', '获取(查询)失败', '正在加载资源...'],
  },
  {
    ...{ id: 'S37', feature: 'fault 3: the balances differ; neither recharge nor 圈存' },
    prompts: ['卡余额和库余额不一致，不允许圈存充值！...'],
    decision: { number: 42, says: 'asked before money and before the first MAC2, never after' },
  },
  {
    ...{
      id: 'S38',
      feature: 'fault 4: submitting failed; the prompt says retry, the guide does not',
    },
    prompts: ['充值数据提交失败，请重试！'],
    decision: { number: 31, says: 'what is retried is the submission of the same payment' },
  },
  {
    id: 'S39',
    feature:
      'not described: refund, reversal, paid and never tapped, tapped and not paid, killed, wrong card, search by card, midnight, double tap',
    decision: {
      number: 29,
      says: 'a written card is not reversed; a probe of the card frees what was not written',
    },
  },
];
