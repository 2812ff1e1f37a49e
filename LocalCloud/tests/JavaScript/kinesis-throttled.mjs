// Puts more records than a shard accepts per second. Some fail and succeed when they are put again.
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordsCommand,
} from "@aws-sdk/client-kinesis";

const kinesis = new KinesisClient({});
const StreamName = "throttled";
await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));

const failures = [];
for (
  let left = Array.from({ length: 1300 }, (_, i) => ({ PartitionKey: "k", Data: Buffer.from(`${i}`) }));
  left.length > 0;
) {
  const batch = left.slice(0, 500);
  const { FailedRecordCount, Records } = await kinesis.send(new PutRecordsCommand({ StreamName, Records: batch }));
  const failed = Records.filter(record => record.ErrorCode);
  if (failed.length !== FailedRecordCount) throw new Error(`${FailedRecordCount} failed instead of ${failed.length}`);
  failures.push(...failed);
  left = [...batch.filter((_, i) => Records[i].ErrorCode), ...left.slice(500)];
}
const { ShardIterator } = await kinesis.send(
  new GetShardIteratorCommand({ StreamName, ShardId: "shardId-000000000000", ShardIteratorType: "TRIM_HORIZON" }),
);
const { Records } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
console.log(
  JSON.stringify({
    codes: [...new Set(failures.map(record => record.ErrorCode))],
    distinct: new Set(Records.map(record => Buffer.from(record.Data).toString())).size,
    read: Records.length,
  }),
);
kinesis.destroy();
