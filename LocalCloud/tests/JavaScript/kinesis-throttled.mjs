// More than a shard takes a second: refused record by record, and taken when the client's callers put those again.
import { CreateStreamCommand, GetRecordsCommand, GetShardIteratorCommand, KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";

const kinesis = new KinesisClient({});
const StreamName = "throttled";
await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));

const refusals = [];
for (let left = Array.from({ length: 1300 }, (_, i) => ({ PartitionKey: "k", Data: Buffer.from(`${i}`) })); left.length > 0;) {
  const batch = left.slice(0, 500);
  const { FailedRecordCount, Records } = await kinesis.send(new PutRecordsCommand({ StreamName, Records: batch }));
  const refused = Records.filter(record => record.ErrorCode);
  if (refused.length !== FailedRecordCount) throw new Error(`${FailedRecordCount} failed of ${refused.length}`);
  refusals.push(...refused);
  left = [...batch.filter((_, i) => Records[i].ErrorCode), ...left.slice(500)];
}
const { ShardIterator } = await kinesis.send(new GetShardIteratorCommand({ StreamName, ShardId: "shardId-000000000000", ShardIteratorType: "TRIM_HORIZON" }));
const { Records } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
console.log(JSON.stringify({
  codes: [...new Set(refusals.map(record => record.ErrorCode))],
  distinct: new Set(Records.map(record => Buffer.from(record.Data).toString())).size,
  read: Records.length,
}));
kinesis.destroy();
