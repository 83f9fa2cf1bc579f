/** Reading a QR code with the camera, where the browser can by itself (BarcodeDetector). */

interface Detector {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}
type DetectorClass = new (options: { readonly formats: readonly string[] }) => Detector;

const EVERY_MS = 200;
const AT_MOST_MS = 60_000;

function detectorClass(): DetectorClass | undefined {
  return (globalThis as { readonly BarcodeDetector?: DetectorClass }).BarcodeDetector;
}

/** Whether there is any use in offering it. */
export function canScan(): boolean {
  return detectorClass() !== undefined && 'mediaDevices' in navigator;
}

/** The first code that is seen within a minute; undefined when nobody wants one any more. */
export async function scanCode(
  screen: () => HTMLVideoElement | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  const made = detectorClass();
  if (made === undefined) return undefined;
  const detector = new made({ formats: ['qr_code'] });
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: 'environment' },
  });
  const untilMs = Date.now() + AT_MOST_MS;
  try {
    const video = screen();
    if (video === undefined) return undefined;
    video.srcObject = stream;
    await video.play();
    while (!signal.aborted && Date.now() < untilMs) {
      const [found] = await detector.detect(video);
      if (found !== undefined) return found.rawValue;
      await new Promise((later) => setTimeout(later, EVERY_MS));
    }
    return undefined;
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}
