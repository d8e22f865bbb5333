import { describe, expect, test } from 'vitest';
import { explain, Unprocessed, verdictOf } from './failures.ts';

const failed = (name: string, status?: number, fault?: 'client' | 'server', message = 'said') =>
  Object.assign(new Error(message), {
    name,
    ...(fault !== undefined && { $fault: fault }),
    ...(status !== undefined && { $metadata: { httpStatusCode: status } }),
    $response: { headers: { authorization: 'AWS4-HMAC-SHA256 secret' } },
  });

describe('verdictOf', () => {
  test.each([
    ['throttled', failed('ProvisionedThroughputExceededException', 400, 'client')],
    ['throttled', failed('ThrottlingException', 400, 'client')],
    ['throttled', failed('SlowDown', 503, 'server')],
    ['throttled', new Unprocessed('3 of 25 items were not taken')],
    ['unclear', failed('InternalServerError', 500, 'server')],
    ['unclear', failed('ServiceUnavailable', 503, 'server')],
    ['unclear', failed('RequestTimeout', 400, 'client')],
    ['unclear', failed('Error', undefined, undefined, 'read ECONNRESET')],
    // An answer of which half arrived: neither its success nor its refusal could be read.
    ['unclear', failed('SyntaxError', 200)],
    ['unclear', failed('SyntaxError', 400)],
    ['refused', failed('ConditionalCheckFailedException', 400, 'client')],
    ['refused', failed('AccessDeniedException', 400, 'client')],
    ['refused', failed('NoSuchKey', 404, 'client')],
    ['refused', failed('CredentialsProviderError')],
    ['refused', new Error('Region is missing')],
  ])('%s: %s', (verdict, error) => expect(verdictOf(error)).toBe(verdict));
});

describe('explain', () => {
  const asked = { store: 'table Rows', action: 'dynamodb:PutItem' };

  test('what the request held reaches neither message nor cause', () => {
    const error = explain(failed('AccessDeniedException', 400, 'client', 'no\n  right'), asked);
    expect(error).toMatchObject({
      fault: 'unavailable',
      message: expect.stringContaining('(no right)'),
    });
    expect(Object.keys(error.cause as object)).toEqual(['name']);
    expect(JSON.stringify([error, error.cause])).not.toContain('secret');
  });

  test('an item that is too large is its sender’s', () => {
    const error = explain(
      failed(
        'ValidationException',
        400,
        'client',
        'Item size has exceeded the maximum allowed size',
      ),
      asked,
    );
    expect(error.fault).toBe('too-large');
  });
});
