/** The openssl command as the judge of signatures: it shares no code with what it checks. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs openssl over files, which are named by their keys in the arguments: `@key`. */
export function openssl(
  args: readonly string[],
  files: Readonly<Record<string, string | Uint8Array>>,
  input: string | Uint8Array = '',
): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'providers-'));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const named = args.map((arg) => (arg.startsWith('@') ? join(folder, arg.slice(1)) : arg));
    return execFileSync('openssl', named, { input, stdio: ['pipe', 'pipe', 'ignore'] });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A signature in base64, SHA256withRSA. */
export function opensslSign(text: string, privateKeyPem: string): string {
  const args = ['dgst', '-sha256', '-sign', '@key'];
  return openssl(args, { key: privateKeyPem }, text).toString('base64');
}

/** Whether a signature in base64 is one of a text. */
export function opensslVerifies(text: string, sign: string, publicKeyPem: string): boolean {
  const files = { key: publicKeyPem, sign: Buffer.from(sign, 'base64') };
  try {
    openssl(['dgst', '-sha256', '-verify', '@key', '-signature', '@sign'], files, text);
    return true;
  } catch {
    return false;
  }
}

/** The public key of a certificate. */
export function opensslPublicKey(certificatePem: string): string {
  return openssl(['x509', '-in', '@cert', '-pubkey', '-noout'], {
    cert: certificatePem,
  }).toString();
}
