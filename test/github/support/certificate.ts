/** Self-signed certificates, made by openssl once a process for each name. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  key: string;
  cert: string;
}

const made = new Map<string, Certificate>();

/** For `localhost` and 127.0.0.1, or for that name alone. */
export function certificate(name = 'localhost'): Certificate {
  const found = made.get(name) ?? make(name);
  made.set(name, found);
  return found;
}

function make(name: string): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'plus1-cert-'));
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const names = `subjectAltName=DNS:${name}${name === 'localhost' ? ',IP:127.0.0.1' : ''}`;
    const subject = ['-subj', `/CN=${name}`, '-addext', names];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert, ...subject],
      { stdio: 'ignore' },
    );
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
