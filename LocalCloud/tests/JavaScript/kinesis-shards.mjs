// Splits, merges and recounts shards, lists them page by page, and follows a drained shard to its children.
import {
  CreateStreamCommand,
  DescribeStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  ListStreamsCommand,
  MergeShardsCommand,
  PutRecordCommand,
  SplitShardCommand,
  UpdateShardCountCommand,
  waitUntilStreamExists,
} from "@aws-sdk/client-kinesis";

const kinesis = new KinesisClient({});
const StreamName = "shards";
const half = (2n ** 127n).toString();
const shardId = number => `shardId-${`${number}`.padStart(12, "0")}`;

await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
await kinesis.send(new CreateStreamCommand({ StreamName: "another", StreamModeDetails: { StreamMode: "ON_DEMAND" } }));
await waitUntilStreamExists({ client: kinesis, maxWaitTime: 30 }, { StreamName });
const {
  StreamDescriptionSummary: { StreamARN },
} = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName }));
await kinesis.send(new PutRecordCommand({ StreamARN, PartitionKey: "k", Data: Buffer.from("before") }));
await kinesis.send(new SplitShardCommand({ StreamARN, ShardToSplit: shardId(0), NewStartingHashKey: half }));
await kinesis.send(
  new PutRecordCommand({ StreamName, PartitionKey: "k", Data: Buffer.from("after"), ExplicitHashKey: "0" }),
);
const { ShardIterator } = await kinesis.send(
  new GetShardIteratorCommand({ StreamName, ShardId: shardId(0), ShardIteratorType: "TRIM_HORIZON" }),
);
const drained = await kinesis.send(new GetRecordsCommand({ ShardIterator, StreamARN }));
await kinesis.send(new MergeShardsCommand({ StreamName, ShardToMerge: shardId(1), AdjacentShardToMerge: shardId(2) }));
const updated = await kinesis.send(
  new UpdateShardCountCommand({ StreamName, TargetShardCount: 2, ScalingType: "UNIFORM_SCALING" }),
);

const listed = [];
for (let request = { StreamName, MaxResults: 2 }; request;) {
  const page = await kinesis.send(new ListShardsCommand(request));
  listed.push(...page.Shards);
  request = page.NextToken && { NextToken: page.NextToken, MaxResults: 2 };
}
const open = await kinesis.send(new ListShardsCommand({ StreamName, ShardFilter: { Type: "AT_LATEST" } }));
const described = await kinesis.send(new DescribeStreamCommand({ StreamName, Limit: 2 }));
const streams = await kinesis.send(new ListStreamsCommand({ Limit: 1 }));

console.log(
  JSON.stringify({
    drained: {
      records: drained.Records.length,
      next: drained.NextShardIterator ?? null,
      children: drained.ChildShards,
    },
    updated: [updated.CurrentShardCount, updated.TargetShardCount],
    listed: listed.map(shard => ({
      id: shard.ShardId,
      parents: [shard.ParentShardId, shard.AdjacentParentShardId].filter(Boolean),
      closed: !!shard.SequenceNumberRange.EndingSequenceNumber,
    })),
    open: open.Shards.map(shard => shard.HashKeyRange),
    hasMoreShards: described.StreamDescription.HasMoreShards,
    streams: streams.StreamSummaries.map(summary => `${summary.StreamName} ${summary.StreamModeDetails.StreamMode}`),
    hasMoreStreams: streams.HasMoreStreams,
  }),
);
kinesis.destroy();
