// Creates a delivery stream, puts records and lists streams. Arguments: the warehouse's JDBC URL, the landing table,
// its columns, and rows as JSON lines.
import {
  CreateDeliveryStreamCommand,
  DeleteDeliveryStreamCommand,
  DescribeDeliveryStreamCommand,
  FirehoseClient,
  ListDeliveryStreamsCommand,
  PutRecordBatchCommand,
  PutRecordCommand,
} from "@aws-sdk/client-firehose";

const [ClusterJDBCURL, DataTableName, DataTableColumns, ...rows] = process.argv.slice(2);
const firehose = new FirehoseClient({});
const DeliveryStreamName = "javascript";
const RoleARN = "arn:aws:iam::000000000000:role/firehose";

await firehose.send(
  new CreateDeliveryStreamCommand({
    DeliveryStreamName,
    RedshiftDestinationConfiguration: {
      RoleARN,
      ClusterJDBCURL,
      Username: "pos",
      Password: "not asked for",
      CopyCommand: { DataTableName, DataTableColumns, CopyOptions: "json 'auto' gzip timeformat 'auto'" },
      S3Configuration: {
        RoleARN,
        BucketARN: "arn:aws:s3:::staging",
        BufferingHints: { IntervalInSeconds: 0, SizeInMBs: 1 },
        CompressionFormat: "GZIP",
      },
    },
  }),
);
const { DeliveryStreamDescription: described } = await firehose.send(
  new DescribeDeliveryStreamCommand({ DeliveryStreamName }),
);
const single = await firehose.send(
  new PutRecordCommand({ DeliveryStreamName, Record: { Data: Buffer.from(rows[0]) } }),
);
const batch = await firehose.send(
  new PutRecordBatchCommand({ DeliveryStreamName, Records: rows.slice(1).map(row => ({ Data: Buffer.from(row) })) }),
);
const listed = await firehose.send(new ListDeliveryStreamsCommand({}));
let missing;
try {
  await firehose.send(new DeleteDeliveryStreamCommand({ DeliveryStreamName: "none" }));
} catch (error) {
  missing = `${error.$metadata.httpStatusCode} ${error.name}`;
}
console.log(
  JSON.stringify({
    status: described.DeliveryStreamStatus,
    arn: described.DeliveryStreamARN,
    acknowledged: [single, ...batch.RequestResponses].filter(record => record.RecordId).length,
    failed: batch.FailedPutCount,
    listed: listed.DeliveryStreamNames,
    missing,
  }),
);
firehose.destroy();
