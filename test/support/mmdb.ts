/**
 * The smallest MaxMind database (format 2.0, IPv4, records of 24 bits): one node, whose both
 * branches lead to `record`: every address is there.
 */
export function mmdb(record: unknown, type = 'Test-City'): Buffer {
  const nodeCount = 1;
  const pointer = nodeCount + 16;
  const tree = Buffer.from([0, 0, pointer, 0, 0, pointer]);
  const meta = {
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: Date.UTC(2026, 0, 2) / 1_000,
    database_type: type,
    ip_version: 4,
    node_count: nodeCount,
    record_size: 24,
  };
  return Buffer.concat([
    tree,
    Buffer.alloc(16),
    encode(record),
    Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'),
    encode(meta),
  ]);
}

/** MaxMind DB data: a control byte of type and size, the payload behind it. */
function encode(value: unknown): Buffer {
  if (typeof value === 'string')
    return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([control(6, 4), bytes]);
  }
  if (Array.isArray(value)) {
    // Arrays are of an extended type: 7 more than the byte that follows.
    return Buffer.concat([Buffer.from([value.length, 11 - 7]), ...value.map(encode)]);
  }
  const entries = Object.entries(value as object);
  return Buffer.concat([
    control(7, entries.length),
    ...entries.flatMap(([key, v]) => [encode(key), encode(v)]),
  ]);
}

function control(type: number, size: number): Buffer {
  if (size > 28) throw new Error(`expected at most 28, got ${size}`);
  return Buffer.from([(type << 5) | size]);
}
