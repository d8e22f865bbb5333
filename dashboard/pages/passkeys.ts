type Json = Readonly<Record<string, unknown>>;

/** Whether this browser can make and use passkeys: none can on plain http, but on localhost. */
export const hasPasskeys = (): boolean =>
  typeof globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON === 'function';

/** Asks for a passkey. Gives its JSON; undefined where the person has not let it be used. */
export const usePasskey = (options: Json): Promise<unknown> =>
  jsonOf(
    navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(
        options as unknown as PublicKeyCredentialRequestOptionsJSON,
      ),
    }),
  );

/** Makes a passkey. Gives its JSON; undefined where the person has not let it be made. */
export const makePasskey = (options: Json): Promise<unknown> =>
  jsonOf(
    navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(
        options as unknown as PublicKeyCredentialCreationOptionsJSON,
      ),
    }),
  );

/** Browsers do not say why there is none: the person closed it, or the device has one already. */
async function jsonOf(asked: Promise<Credential | null>): Promise<unknown> {
  try {
    return ((await asked) as PublicKeyCredential | null)?.toJSON();
  } catch {
    return undefined;
  }
}
