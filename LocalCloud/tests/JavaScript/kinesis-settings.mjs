// Changes settings of a stream, and lists the error classes of failed calls.
import {
  AddTagsToStreamCommand,
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeLimitsCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  IncreaseStreamRetentionPeriodCommand,
  KinesisClient,
  ListTagsForResourceCommand,
  ListTagsForStreamCommand,
  PutRecordCommand,
  PutRecordsCommand,
  RemoveTagsFromStreamCommand,
  UpdateShardCountCommand,
  UpdateStreamModeCommand,
  waitUntilStreamNotExists,
} from "@aws-sdk/client-kinesis";

const kinesis = new KinesisClient({});
const StreamName = "settings";

async function refusal(command) {
  try {
    await kinesis.send(command);
    return "none";
  } catch (error) {
    const id = error.$metadata.requestId ? "with id" : "without id";
    return `${error.$metadata.httpStatusCode} ${error.name} ${id}`;
  }
}

await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1, Tags: { first: "1" } }));
await kinesis.send(new AddTagsToStreamCommand({ StreamName, Tags: { second: "2", third: "3" } }));
await kinesis.send(new RemoveTagsFromStreamCommand({ StreamName, TagKeys: ["third"] }));
const tags = await kinesis.send(new ListTagsForStreamCommand({ StreamName }));
await kinesis.send(new IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours: 168 }));
const {
  StreamDescriptionSummary: { StreamARN },
} = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName }));
await kinesis.send(new UpdateStreamModeCommand({ StreamARN, StreamModeDetails: { StreamMode: "ON_DEMAND" } }));
const { StreamDescriptionSummary: summary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamARN }));
const ofResource = await kinesis.send(new ListTagsForResourceCommand({ ResourceARN: StreamARN }));
const limits = await kinesis.send(new DescribeLimitsCommand({}));
const data = Buffer.from("x");
const errors = {
  missing: await refusal(new DescribeStreamSummaryCommand({ StreamName: "none" })),
  exists: await refusal(new CreateStreamCommand({ StreamName, ShardCount: 1 })),
  iterator: await refusal(new GetRecordsCommand({ ShardIterator: "not one" })),
  validation: await refusal(new PutRecordCommand({ StreamName, PartitionKey: "", Data: data })),
  empty: await refusal(new PutRecordsCommand({ StreamName, Records: [] })),
  large: await refusal(new PutRecordCommand({ StreamName, PartitionKey: "k", Data: Buffer.alloc(1024 * 1024) })),
  mode: await refusal(new UpdateShardCountCommand({ StreamName, TargetShardCount: 2, ScalingType: "UNIFORM_SCALING" })),
};
await kinesis.send(new DeleteStreamCommand({ StreamName }));
await waitUntilStreamNotExists({ client: kinesis, maxWaitTime: 30 }, { StreamName });

console.log(
  JSON.stringify({
    tags: tags.Tags.map(tag => `${tag.Key}=${tag.Value}`),
    ofResource: ofResource.Tags.length,
    retention: summary.RetentionPeriodHours,
    mode: summary.StreamModeDetails.StreamMode,
    onDemandStreams: limits.OnDemandStreamCount,
    errors,
  }),
);
kinesis.destroy();
