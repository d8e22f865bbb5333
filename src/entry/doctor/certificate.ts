import { X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';

/** When a certificate in PEM ends, in ms; undefined where the text is none. */
export function certificateEnd(pem: string): number | undefined {
  try {
    return Date.parse(new X509Certificate(pem).validTo);
  } catch {
    return undefined;
  }
}

/** When the certificate ends that is shown at an address, whoever has signed it. */
export function servedCertificateEnd(url: URL, timeoutMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = url;
    const socket = connect(
      // Only its end is asked for; whether browsers believe it, asking the page shows.
      {
        ...{ host: hostname, port: Number(port || 443), servername: hostname },
        ...{ rejectUnauthorized: false, timeout: timeoutMs },
      },
      () => {
        const { valid_to: end } = socket.getPeerCertificate();
        socket.destroy();
        resolve(Date.parse(end));
      },
    );
    socket.once('timeout', () => socket.destroy(new Error(`no answer from ${url.host}`)));
    socket.once('error', reject);
  });
}
