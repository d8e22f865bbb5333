import { z } from 'zod';

const bytes = z.number().int();

const ownProcess = z.object({
  name: z.enum(['server', 'report', 'closing']).meta({
    description: '`report` and `closing` are there while they have something to do',
  }),
  pid: z.number().int(),
  own_bytes: bytes.meta({ description: 'taken from the machine' }),
  mapped_bytes: bytes.meta({
    description: 'pages of mapped files, the store’s above all: the system takes them back',
  }),
  most_bytes: bytes.meta({ description: 'the most of both together since the process began' }),
});

export const health = z.object({
  memory: z
    .object({
      limit_bytes: bytes.meta({ description: 'what `--memory` allows all of them together' }),
      own_bytes: bytes.meta({ description: 'of all of them together' }),
      processes: z.array(ownProcess),
    })
    .optional(),
});
