// Uses a table with the AWS SDK: items of several types, pages, an index, segments and a transaction.
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  paginateQuery,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";

const dynamo = new DynamoDBClient({});
const TableName = "items";
await dynamo.send(
  new CreateTableCommand({
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [
      { AttributeName: "a", AttributeType: "S" },
      { AttributeName: "n", AttributeType: "N" },
      { AttributeName: "kind", AttributeType: "S" },
    ],
    KeySchema: [
      { AttributeName: "a", KeyType: "HASH" },
      { AttributeName: "n", KeyType: "RANGE" },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: "by_kind",
        KeySchema: [
          { AttributeName: "kind", KeyType: "HASH" },
          { AttributeName: "n", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["name"] },
      },
    ],
  }),
);
await waitUntilTableExists({ client: dynamo, maxWaitTime: 30 }, { TableName });
const { Table } = await dynamo.send(new DescribeTableCommand({ TableName }));

for (const n of ["3", "1", "2"])
  await dynamo.send(
    new PutItemCommand({
      TableName,
      Item: { a: { S: "ключ" }, n: { N: n }, b: { B: new Uint8Array([0, 255, 128]) } },
    }),
  );
const pages = [];
for await (const page of paginateQuery(
  { client: dynamo, pageSize: 1 },
  { TableName, KeyConditionExpression: "a = :a", ExpressionAttributeValues: { ":a": { S: "ключ" } } },
))
  pages.push(...page.Items.map(item => item.n.N));
const Key = { a: { S: "ключ" }, n: { N: "1" } };
const { Item } = await dynamo.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
const updated = await dynamo.send(
  new UpdateItemCommand({
    TableName,
    Key,
    UpdateExpression: "SET #s = if_not_exists(#s, :zero) + :x",
    ExpressionAttributeNames: { "#s": "sum" },
    ExpressionAttributeValues: { ":zero": { N: "0" }, ":x": { N: "2.50" } },
    ReturnValues: "UPDATED_NEW",
  }),
);

for (const [name, n] of [
  ["a", "1"],
  ["b", "2"],
  ["c", "3"],
])
  await dynamo.send(
    new PutItemCommand({
      TableName,
      Item: { a: { S: name }, n: { N: n }, kind: { S: "k" }, name: { S: name }, other: { S: "x" } },
    }),
  );
const index = await dynamo.send(
  new QueryCommand({
    TableName,
    IndexName: "by_kind",
    KeyConditionExpression: "kind = :k AND n > :n",
    ExpressionAttributeValues: { ":k": { S: "k" }, ":n": { N: "1" } },
    ScanIndexForward: false,
  }),
);

await dynamo.send(
  new BatchWriteItemCommand({
    RequestItems: {
      [TableName]: Array.from({ length: 24 }, (_, i) => ({
        PutRequest: { Item: { a: { S: `batch ${i}` }, n: { N: "0" } } },
      })),
    },
  }),
);
let scanned = 0;
for (let Segment = 0; Segment < 4; Segment++)
  scanned += (await dynamo.send(new ScanCommand({ TableName, Segment, TotalSegments: 4, Select: "COUNT" }))).Count;

let reasons = [];
try {
  await dynamo.send(
    new TransactWriteItemsCommand({
      TransactItems: [
        { Put: { TableName, Item: { a: { S: "new" }, n: { N: "1" } } } },
        { ConditionCheck: { TableName, Key, ConditionExpression: "attribute_not_exists(a)" } },
      ],
    }),
  );
} catch (error) {
  reasons = error.CancellationReasons.map(reason => reason.Code);
}

console.log(
  JSON.stringify({
    status: Table.TableStatus,
    pages,
    bytes: Array.from(Item.b.B),
    sum: updated.Attributes.sum.N,
    index: index.Items.map(item => item.name.S),
    scanned,
    reasons,
  }),
);
dynamo.destroy();
