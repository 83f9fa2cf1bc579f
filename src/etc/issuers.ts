/** 发卡方标识: the first four bytes of EF 0015 are two GBK characters. 30 issuers, by those bytes. */
import type { Named } from '../plate.js';

export const ISSUERS = {
  B1B1BEA9: { en: 'Beijing', zh: '北京' },
  CCECBDF2: { en: 'Tianjin', zh: '天津' },
  BAD3B1B1: { en: 'Hebei', zh: '河北' },
  C9BDCEF7: { en: 'Shanxi', zh: '山西' },
  C4DAC3C9: { en: 'Inner Mongolia', zh: '内蒙' },
  C1C9C4FE: { en: 'Liaoning', zh: '辽宁' },
  BCAAC1D6: { en: 'Jilin', zh: '吉林' },
  C1FABDAD: { en: 'Heilongjiang', zh: '龙江' },
  C9CFBAA3: { en: 'Shanghai', zh: '上海' },
  BDADCBD5: { en: 'Jiangsu', zh: '江苏' },
  D5E3BDAD: { en: 'Zhejiang', zh: '浙江' },
  B0B2BBD5: { en: 'Anhui', zh: '安徽' },
  B8A3BDA8: { en: 'Fujian', zh: '福建' },
  BDADCEF7: { en: 'Jiangxi', zh: '江西' },
  C9BDB6AB: { en: 'Shandong', zh: '山东' },
  BAD3C4CF: { en: 'Henan', zh: '河南' },
  BAFEB1B1: { en: 'Hubei', zh: '湖北' },
  BAFEC4CF: { en: 'Hunan', zh: '湖南' },
  B9E3B6AB: { en: 'Guangdong', zh: '广东' },
  B9E3CEF7: { en: 'Guangxi', zh: '广西' },
  D6D8C7EC: { en: 'Chongqing', zh: '重庆' },
  CBC4B4A8: { en: 'Sichuan', zh: '四川' },
  B9F3D6DD: { en: 'Guizhou', zh: '贵州' },
  D4C6C4CF: { en: 'Yunnan', zh: '云南' },
  C9C2CEF7: { en: 'Shaanxi', zh: '陕西' },
  B8CACBE0: { en: 'Gansu', zh: '甘肃' },
  C7E0BAA3: { en: 'Qinghai', zh: '青海' },
  C4FECFC4: { en: 'Ningxia', zh: '宁夏' },
  D0C2BDAE: { en: 'Xinjiang', zh: '新疆' },
  BEFCB3B5: { en: 'Military', zh: '军车' },
} as const satisfies Readonly<Record<string, Named>>;

/**
 * The issuer's name by the issuer identification of EF 0015 (8 or 16 hex digits).
 * 发卡方名称。
 * @example issuerName('B9E3B6AB00000001')?.zh; // '广东'
 */
export function issuerName(issuer: string): Named | undefined {
  const table: Readonly<Record<string, Named>> = ISSUERS;
  return table[issuer.slice(0, 8).toUpperCase()];
}
