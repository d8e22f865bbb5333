import { type AttributeValue, DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import type { AwsSettings } from '../../src/home/aws/settings.ts';

/** The items of the table of rows, as they are stored. */
export async function itemsOf(settings: AwsSettings): Promise<Record<string, AttributeValue>[]> {
  const client = new DynamoDBClient({
    region: settings.region!,
    endpoint: settings.dynamoEndpoint!,
    credentials: settings.credentials!,
  });
  const items: Record<string, AttributeValue>[] = [];
  const pages = paginateScan({ client }, { TableName: settings.table, ConsistentRead: true });
  for await (const { Items = [] } of pages) items.push(...Items);
  client.destroy();
  return items;
}

/** All these items as one text. */
export async function dumpTables(settings: AwsSettings): Promise<Buffer> {
  return Buffer.from(JSON.stringify(await itemsOf(settings)));
}
