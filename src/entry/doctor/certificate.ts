import { X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';

/** From when until when a certificate holds, in ms. */
export type Validity = { readonly fromMs: number; readonly untilMs: number };

/** Of a certificate in PEM; undefined where the text is none. */
export function certificateValidity(pem: string): Validity | undefined {
  try {
    const { validFrom, validTo } = new X509Certificate(pem);
    return { fromMs: Date.parse(validFrom), untilMs: Date.parse(validTo) };
  } catch {
    return undefined;
  }
}

/** Of the certificate that is shown at an address, whoever has signed it. */
export function servedValidity(url: URL, timeoutMs: number): Promise<Validity> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = url;
    const socket = connect(
      // Only its end is asked for; whether browsers believe it, asking the page shows.
      {
        ...{ host: hostname, port: Number(port || 443), servername: hostname },
        ...{ rejectUnauthorized: false, timeout: timeoutMs },
      },
      () => {
        const { valid_from: from, valid_to: until } = socket.getPeerCertificate();
        socket.destroy();
        resolve({ fromMs: Date.parse(from), untilMs: Date.parse(until) });
      },
    );
    socket.once('timeout', () => socket.destroy(new Error(`no answer from ${url.host}`)));
    socket.once('error', reject);
  });
}
