// Lists the AWS SDK's error classes of failed calls.
import * as sdk from "@aws-sdk/client-dynamodb";

const dynamo = new sdk.DynamoDBClient({ maxAttempts: 1 });
const TableName = "errors";
const create = new sdk.CreateTableCommand({
  TableName,
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [{ AttributeName: "a", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "a", KeyType: "HASH" }],
});
await dynamo.send(create);
const Item = { a: { S: "1" } };
const put = { Put: { TableName, Item } };
await dynamo.send(new sdk.TransactWriteItemsCommand({ ClientRequestToken: "token", TransactItems: [put] }));

const refusal = async command => {
  try {
    await dynamo.send(command);
    return "none";
  } catch (error) {
    const known = error.name === "ValidationException" || error instanceof sdk[error.name];
    const id = error.$metadata.requestId ? "with id" : "without id";
    return `${error.$metadata.httpStatusCode} ${known ? error.name : "unknown"} ${id}`;
  }
};
const conditional = { TableName, Item, ConditionExpression: "attribute_not_exists(a)" };
console.log(
  JSON.stringify({
    missing: await refusal(new sdk.DescribeTableCommand({ TableName: "none" })),
    exists: await refusal(create),
    condition: await refusal(new sdk.PutItemCommand(conditional)),
    validation: await refusal(new sdk.PutItemCommand({ TableName, Item: { b: { S: "1" } } })),
    cancelled: await refusal(new sdk.TransactWriteItemsCommand({ TransactItems: [{ Put: conditional }] })),
    mismatch: await refusal(
      new sdk.TransactWriteItemsCommand({
        ClientRequestToken: "token",
        TransactItems: [put, { Put: { TableName, Item: { a: { S: "2" } } } }],
      }),
    ),
  }),
);
dynamo.destroy();
