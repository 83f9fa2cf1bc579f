/**
 * Where the toll application (ETC 应用) stands on a card, and what it is called. SELECT of these
 * two identifiers, one after the other, reaches every file of this folder.
 */

/** File identifier of the master file (MF, 主文件). */
export const MASTER_FILE = 0x3f00;

/** File identifier of the toll application's directory (DF 1001, 收费应用目录), in the MF. */
export const TOLL_APPLICATION = 0x1001;

/**
 * Its name (AID, 应用标识), hex, as SM4 cards have it. Other cards were seen with five zero bytes:
 * the identifier comes first, the name where that is not known.
 */
export const TOLL_APPLICATION_NAME = 'A00000000386980701';
