/** What the guides use of packages that belong to a phone and are not installed here. */

declare module 'react-native' {
  export const Platform: { readonly OS: 'ios' | 'android' };
}

declare module 'react-native-nfc-manager' {
  export type NfcTech = 'IsoDep';
  export const NfcTech: { readonly IsoDep: 'IsoDep' };
  export namespace NfcError {
    class NfcErrorBase extends Error {}
    class Timeout extends NfcErrorBase {}
  }
  const NfcManager: {
    requestTechnology(tech: NfcTech | NfcTech[]): Promise<NfcTech | null>;
    cancelTechnologyRequest(options?: object): Promise<void>;
    readonly isoDepHandler: { transceive: (bytes: number[]) => Promise<number[]> };
    getMaxTransceiveLength(): Promise<number>;
    setTimeout(timeout: number): Promise<void>;
  };
  export default NfcManager;
}

declare module '@kit.ConnectivityKit' {
  import type { HarmonyIsoDep } from 'quancun/transport/harmony';
  export const tag: { getIsoDep(tagInfo: object): HarmonyIsoDep };
}
