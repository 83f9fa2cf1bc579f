/**
 * Where the ESC/POS bytes of a slip go: into a file, or to a printer at a serial port where the
 * browser has any (Web Serial: Chromium on a computer, and on Android with a cable).
 */
import { encodeEscPos, type SlipLine } from 'quancun/slip';

/** What of Web Serial is used. */
interface SerialPort {
  open(options: { readonly baudRate: number }): Promise<void>;
  close(): Promise<void>;
  readonly writable: WritableStream<Uint8Array> | null;
}
interface Serial {
  getPorts(): Promise<readonly SerialPort[]>;
  requestPort(): Promise<SerialPort>;
}

/** What these printers are set to when they leave the works. */
const BAUD_RATE = 9_600;

/** Whether a printer can be reached from this page. */
export function hasSerial(): boolean {
  return serial() !== undefined;
}

function serial(): Serial | undefined {
  return (navigator as { readonly serial?: Serial }).serial;
}

/** A slip as a file of bytes, for whatever prints it. */
export function saveEscPos(lines: readonly SlipLine[], name: string): void {
  saveBlob(new Blob([encodeEscPos(lines) as BlobPart], { type: 'application/octet-stream' }), name);
}

/** A text as a file. */
export function saveText(text: string, name: string, type: string): void {
  saveBlob(new Blob([text], { type }), name);
}

/**
 * Writes a slip to the printer that was chosen before, or asks which. Whether paper came out nobody
 * says: a person looks, and asks for another copy if not.
 */
export async function printSerial(lines: readonly SlipLine[]): Promise<void> {
  const ports = serial();
  if (ports === undefined) return;
  const port = (await ports.getPorts())[0] ?? (await ports.requestPort());
  await port.open({ baudRate: BAUD_RATE });
  try {
    const writer = port.writable?.getWriter();
    await writer?.write(encodeEscPos(lines));
    await writer?.close();
  } finally {
    await port.close();
  }
}

function saveBlob(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken it by the next turn.
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, 1_000);
}
