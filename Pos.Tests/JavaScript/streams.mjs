// Streams through AWS's client with its default settings: HTTP/2, JSON 1.1.
import {
  CreateStreamCommand, DescribeStreamSummaryCommand, GetRecordsCommand, GetShardIteratorCommand, KinesisClient, ListShardsCommand,
  PutRecordsCommand,
} from "@aws-sdk/client-kinesis";

const kinesis = new KinesisClient({});
const text = bytes => Buffer.from(bytes).toString("utf8");

await kinesis.send(new CreateStreamCommand({ StreamName: "s", ShardCount: 1 }));
const { StreamDescriptionSummary: summary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: "s" }));
const put = await kinesis.send(new PutRecordsCommand({
  StreamName: "s",
  Records: ["one", "two", ""].map(data => ({ PartitionKey: "ключ", Data: Buffer.from(data) })),
}));
const { Shards: [shard] } = await kinesis.send(new ListShardsCommand({ StreamName: "s" }));
const { ShardIterator } = await kinesis.send(new GetShardIteratorCommand({
  StreamName: "s", ShardId: shard.ShardId, ShardIteratorType: "TRIM_HORIZON",
}));
const got = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
console.log(JSON.stringify({
  status: summary.StreamStatus,
  createdMillisecondsAgo: Date.now() - summary.StreamCreationTimestamp.getTime(),
  put: put.Records.map(record => record.SequenceNumber),
  records: got.Records.map(record => ({ key: record.PartitionKey, data: text(record.Data), number: record.SequenceNumber })),
  behind: got.MillisBehindLatest,
}));
kinesis.destroy();
