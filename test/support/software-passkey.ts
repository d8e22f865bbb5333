import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** What the tests read of `navigator.credentials`' options. */
type Options = {
  readonly challenge?: string;
  readonly user?: { readonly id: string };
  readonly rp?: { readonly id?: string };
  readonly rpId?: string;
};

type Place = { readonly origin: string; readonly host: string };

/** An authenticator with one passkey, without a browser: it signs with P-256. */
export type SoftwarePasskey = {
  /** As `navigator.credentials.create` gives it, in JSON. */
  create(options: object): Record<string, unknown>;
  /** As `navigator.credentials.get` gives it. */
  get(options: object): Record<string, unknown>;
  /** The next use counts from here. */
  counter: number;
  /** Whether it asked for a finger or a PIN. */
  isVerifying: boolean;
};

export function softwarePasskey(place: Place): SoftwarePasskey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = randomBytes(16);
  let userHandle = '';

  const dataOf = (flags: number, more = Buffer.alloc(0)) => {
    const head = Buffer.alloc(5);
    head[0] = flags | 1 | (self.isVerifying ? 4 : 0);
    head.writeUInt32BE(self.counter++, 1);
    return Buffer.concat([createHash('sha256').update(place.host).digest(), head, more]);
  };
  const clientData = (type: string, challenge: string | undefined) =>
    Buffer.from(JSON.stringify({ type, challenge, origin: place.origin, crossOrigin: false }));
  const credential = (response: Record<string, unknown>) => ({
    ...{ id: id.toString('base64url'), rawId: id.toString('base64url'), type: 'public-key' },
    ...{ response, clientExtensionResults: {} },
  });

  const self: SoftwarePasskey = {
    counter: 1,
    isVerifying: true,
    create(options) {
      const { challenge, user } = options as Options;
      userHandle = user!.id;
      const { x, y } = publicKey.export({ format: 'jwk' }) as { x: string; y: string };
      // CBOR of { 1: 2, 3: -7, -1: 1, -2: x, -3: y }.
      const key = Buffer.concat([
        Buffer.from('a5010203262001215820', 'hex'),
        Buffer.from(x, 'base64url'),
        Buffer.from('225820', 'hex'),
        Buffer.from(y, 'base64url'),
      ]);
      const data = dataOf(0x40, Buffer.concat([Buffer.alloc(17), Buffer.from([16]), id, key]));
      // CBOR of { fmt: 'none', attStmt: {}, authData: data }.
      const attestation = Buffer.concat([
        Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746158', 'hex'),
        Buffer.from([data.length]),
        data,
      ]);
      return credential({
        clientDataJSON: clientData('webauthn.create', challenge).toString('base64url'),
        attestationObject: attestation.toString('base64url'),
      });
    },
    get(options) {
      const client = clientData('webauthn.get', (options as Options).challenge);
      const data = dataOf(0);
      const signed = Buffer.concat([data, createHash('sha256').update(client).digest()]);
      return credential({
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: sign('sha256', signed, privateKey).toString('base64url'),
        userHandle,
      });
    },
  };
  return self;
}
