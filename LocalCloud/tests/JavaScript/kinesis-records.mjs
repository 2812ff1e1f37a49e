// Puts records and reads them with every type of iterator. The client has default settings: HTTP/2, JSON 1.1.
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordCommand,
  PutRecordsCommand,
  waitUntilStreamExists,
} from "@aws-sdk/client-kinesis";

const kinesis = new KinesisClient({});
const StreamName = "records";
const ShardId = "shardId-000000000000";
const text = bytes => Buffer.from(bytes).toString("utf8");

async function read(type, start = {}) {
  let { ShardIterator } = await kinesis.send(
    new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: type, ...start }),
  );
  const records = [];
  for (;;) {
    const page = await kinesis.send(new GetRecordsCommand({ ShardIterator, Limit: 2 }));
    records.push(...page.Records);
    if (page.MillisBehindLatest === 0) return records;
    ShardIterator = page.NextShardIterator;
  }
}

await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
const { reason } = await waitUntilStreamExists({ client: kinesis, maxWaitTime: 30 }, { StreamName });
const put = await kinesis.send(
  new PutRecordsCommand({
    StreamName,
    Records: ["one", "two", ""].map(data => ({ PartitionKey: "ключ", Data: Buffer.from(data) })),
  }),
);
const last = await kinesis.send(
  new PutRecordCommand({ StreamName, PartitionKey: "k", ExplicitHashKey: "5", Data: Uint8Array.from([0, 255, 128]) }),
);
const numbers = [...put.Records, last].map(record => record.SequenceNumber);
const all = await read("TRIM_HORIZON");

// Twenty concurrent calls of one mebibyte each, on the streams of one connection.
await kinesis.send(new CreateStreamCommand({ StreamName: "large", ShardCount: 2 }));
const large = Buffer.alloc(1024 * 1024 - 1, "x");
const answers = await Promise.all(
  Array.from({ length: 20 }, (_, i) =>
    kinesis.send(new PutRecordsCommand({ StreamName: "large", Records: [{ PartitionKey: `${i % 10}`, Data: large }] })),
  ),
);

console.log(
  JSON.stringify({
    created: reason.StreamDescription.StreamCreationTimestamp,
    numbers,
    records: all.map(record => ({
      key: record.PartitionKey,
      data: text(record.Data),
      number: record.SequenceNumber,
      arrived: record.ApproximateArrivalTimestamp,
    })),
    bytes: [...all[3].Data],
    latest: (await read("LATEST")).length,
    at: (await read("AT_SEQUENCE_NUMBER", { StartingSequenceNumber: numbers[1] })).length,
    after: (await read("AFTER_SEQUENCE_NUMBER", { StartingSequenceNumber: numbers[1] })).length,
    atTime: (await read("AT_TIMESTAMP", { Timestamp: all[0].ApproximateArrivalTimestamp })).length,
    large: answers.filter(answer => answer.FailedRecordCount === 0).length,
  }),
);
kinesis.destroy();
