/**
 * The general status words of ISO 7816-4 and of PBOC e-purse cards (data only).
 * Sources: PBOC 2.0 card manuals and a shipped card's source.
 */
/** What a status word means, in two languages. */
export interface StatusText {
  readonly en: string;
  readonly zh: string;
}

/** Texts by status word, four hex digits; `x` stands for any digit: `6A82`, `63Cx`, `61xx`. */
export type StatusTable = Readonly<Record<string, StatusText>>;

/** What a status word means when a command's own table does not know it. */
export const GENERAL_STATUS_WORDS: StatusTable = {
  '9000': { en: 'done', zh: '成功' },
  '61xx': { en: 'more bytes wait for GET RESPONSE', zh: '还有数据，用 GET RESPONSE 取回' },
  '6281': { en: 'the data may be damaged', zh: '返回数据可能有误' },
  '6283': {
    en: 'the selected file is invalid, or its checksum is wrong',
    zh: '选择的文件无效，或校验和错误',
  },
  '63Cx': { en: 'wrong: a try is spent, do not repeat', zh: '校验失败，已扣一次（勿重试）' },
  '6400': {
    en: 'the card says that it did nothing, which proves nothing',
    zh: '卡片称未执行（不能证明未写卡）',
  },
  '6581': { en: 'writing the memory failed', zh: '写存储器失败' },
  '6700': { en: 'wrong length', zh: '长度错误' },
  '6882': { en: 'secure messaging is not supported', zh: '不支持安全报文' },
  '6900': { en: 'CLA does not fit the line protection of the file', zh: 'CLA 与线路保护要求不符' },
  '6901': {
    en: 'the command does not fit the state of the transaction',
    zh: '当前交易状态不接受此命令',
  },
  '6981': { en: 'wrong type of file', zh: '文件类型不符' },
  '6982': { en: 'the security status is not satisfied', zh: '安全状态不满足' },
  '6983': { en: 'the key or PIN is blocked', zh: '密钥或 PIN 已锁定' },
  '6984': { en: 'no valid challenge or reference', zh: '随机数或引用数据无效' },
  '6985': { en: 'the conditions of use are not satisfied', zh: '使用条件不满足' },
  '6986': { en: 'no file is selected', zh: '没有选择当前文件' },
  '6987': { en: 'the MAC is missing', zh: '缺少 MAC' },
  '6988': { en: 'the MAC is wrong', zh: 'MAC 错误' },
  '6A80': { en: 'wrong data', zh: '数据域错误' },
  '6A81': {
    en: 'function not supported, or the application or card is locked',
    zh: '功能不支持，或应用、卡片已锁定',
  },
  '6A82': { en: 'no such file', zh: '未找到文件' },
  '6A83': { en: 'no such record', zh: '未找到记录' },
  '6A84': { en: 'no space left in the file', zh: '文件空间不足' },
  '6A85': { en: 'the length does not fit the TLV structure', zh: '长度与 TLV 结构不符' },
  '6A86': { en: 'wrong P1 or P2', zh: 'P1、P2 错误' },
  '6A88': { en: 'no such key or data', zh: '未找到引用数据（密钥）' },
  '6B00': {
    en: 'wrong P1 or P2, or an offset outside the file',
    zh: 'P1、P2 错误，或偏移超出文件',
  },
  '6Cxx': { en: 'wrong Le; the right one is given', zh: 'Le 错误，应为所示长度' },
  '6D00': { en: 'unknown instruction', zh: 'INS 不支持' },
  '6E00': { en: 'unknown class', zh: 'CLA 不支持' },
  '6F00': { en: 'no data, or an unknown fault', zh: '无数据或未知错误' },
  '9301': { en: 'insufficient funds', zh: '资金不足' },
  '9302': { en: 'the MAC is wrong', zh: 'MAC 错误' },
  '9303': { en: 'the application is locked for ever', zh: '应用已永久锁定' },
  '9401': { en: 'insufficient balance', zh: '余额不足' },
  '9402': { en: 'the transaction counter is at its end', zh: '交易序号已达最大值' },
  '9403': { en: 'no key with this index', zh: '密钥索引不支持' },
  '9406': { en: 'no such MAC or TAC is kept', zh: '所需 MAC 或 TAC 不可用' },
  '9407': { en: 'the compound record is locked', zh: '复合应用记录已锁定' },
  '9408': { en: 'the purse is grey-locked', zh: '钱包已灰锁' },
};
