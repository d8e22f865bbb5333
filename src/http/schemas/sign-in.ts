import { z } from 'zod';
import { instant } from './common.ts';
import { rights } from './people.ts';

const maxText = 1_000;

const password = z
  .string({ error: 'expected a password' })
  .max(maxText, { error: 'expected at most 1000 characters' });

const code = z
  .string({ error: 'expected a code' })
  .max(100, { error: 'expected a code' })
  .meta({ description: 'six digits, or a recovery code' });

export const byPassword = z.strictObject({
  email: z
    .string({ error: 'expected an e-mail address' })
    .max(maxText, { error: 'expected an e-mail address' }),
  password,
  code: code.optional(),
});

const json = z.record(z.string(), z.unknown());

const credential = json.meta({
  description: "what the browser gave, by its `toJSON()`: a PublicKeyCredential's JSON",
});

export const byPasskey = z.strictObject({ credential });

export const passkeyOptions = z.object({
  options: json.meta({
    description:
      'for `PublicKeyCredential.parseCreationOptionsFromJSON` or `…RequestOptionsFromJSON`',
  }),
});

export const openIdAsked = z.looseObject({
  to: z.string().optional().meta({ description: 'a path here, to go on at; `/` by default' }),
});

export const newPassword = z.strictObject({ password, present: password.optional() });

export const done = z.object({ done: z.literal(true) });

export const secondStepBegun = z.object({
  secret: z.string().meta({ description: 'for who types it in' }),
  uri: z.string().meta({ description: '`otpauth://…`' }),
  qr: z.string().meta({ description: 'the same as a QR code, in SVG' }),
});

export const secondStepMade = z.strictObject({ secret: z.string().max(100), code });

export const recoveryCodes = z.object({
  recovery_codes: z.array(z.string()).meta({ description: 'shown this once, each good once' }),
});

export const givenCode = z.strictObject({ code });

export const makingPasskey = z.strictObject({ password: password.optional() });

export const newPasskey = z.strictObject({
  name: z.string(),
  credential,
});

export const passkey = z
  .object({
    ...{ id: z.string(), name: z.string(), created: instant, used: instant.nullable() },
    synced: z.boolean().meta({ description: 'it may be on several devices' }),
    host: z.string().meta({ description: 'it holds for this host alone' }),
  })
  .meta({ id: 'Passkey' });

export const passkeys = z.object({
  passkeys: z.array(passkey),
  recovery_codes_left: z
    .number()
    .nullable()
    .meta({ description: 'of the second step; null: there is none' }),
});

const token = z.string({ error: 'expected the token of a link' }).max(200);

export const invitationAsked = z.strictObject({ token });

export const invitationShown = z.object({
  ...{ kind: z.enum(['setup', 'invite', 'reset']), email: z.string().nullable() },
  ...{ rights, expires: instant },
});

export const signingUp = z.strictObject({
  ...{ token, password, name: z.string().optional(), email: z.string().max(maxText).optional() },
});
