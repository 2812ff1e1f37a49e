using Amazon.KinesisFirehose.Model;
using AwsJson;

namespace Amazon.KinesisFirehose.Internal;

/// <summary>Defines the operations of <c>Firehose_20150804</c>.</summary>
internal static class FirehoseOperations
{
    private const int RequestBytes = 160;
    private const int EntryBytes = 16;

    private static readonly AwsJsonService s_service = new(
        "Amazon.KinesisFirehose",
        "Firehose_20150804",
        "2015-08-04",
        new(StringComparer.Ordinal)
        {
            ["ConcurrentModificationException"] = (m, e, type, code, id, status) =>
                new ConcurrentModificationException(m, e, type, code, id, status),
            ["InvalidArgumentException"] = (m, e, type, code, id, status) =>
                new InvalidArgumentException(m, e, type, code, id, status),
            ["LimitExceededException"] = (m, e, type, code, id, status) =>
                new LimitExceededException(m, e, type, code, id, status),
            ["ResourceInUseException"] = (m, e, type, code, id, status) =>
                new ResourceInUseException(m, e, type, code, id, status),
            ["ResourceNotFoundException"] = (m, e, type, code, id, status) =>
                new ResourceNotFoundException(m, e, type, code, id, status),
            ["ServiceUnavailableException"] = (m, e, type, code, id, status) =>
                new ServiceUnavailableException(m, e, type, code, id, status),
        },
        (m, e, type, code, id, status) => new AmazonKinesisFirehoseException(m, e, type, code, id, status)
    );

    public static readonly AwsJsonOperation<
        CreateDeliveryStreamRequest,
        CreateDeliveryStreamResponse
    > CreateDeliveryStream = new(s_service, "CreateDeliveryStream", DeliveryStreamJson.Write, DeliveryStreamJson.Read);

    public static readonly AwsJsonOperation<
        DeleteDeliveryStreamRequest,
        DeleteDeliveryStreamResponse
    > DeleteDeliveryStream = new(s_service, "DeleteDeliveryStream", DeliveryStreamJson.Write, JsonResponse.Nothing);

    public static readonly AwsJsonOperation<
        DescribeDeliveryStreamRequest,
        DescribeDeliveryStreamResponse
    > DescribeDeliveryStream = new(
        s_service,
        "DescribeDeliveryStream",
        DeliveryStreamJson.Write,
        DeliveryStreamJson.Read
    );

    public static readonly AwsJsonOperation<
        ListDeliveryStreamsRequest,
        ListDeliveryStreamsResponse
    > ListDeliveryStreams = new(s_service, "ListDeliveryStreams", DeliveryStreamJson.Write, DeliveryStreamJson.Read);

    public static readonly AwsJsonOperation<UpdateDestinationRequest, UpdateDestinationResponse> UpdateDestination =
        new(s_service, "UpdateDestination", DeliveryStreamJson.Write, JsonResponse.Nothing);

    public static readonly AwsJsonOperation<PutRecordRequest, PutRecordResponse> PutRecord = new(
        s_service,
        "PutRecord",
        RecordJson.Write,
        RecordJson.Read,
        request => RequestBytes + RequestBody.Base64Length(request.Record?.Data)
    );

    public static readonly AwsJsonOperation<PutRecordBatchRequest, PutRecordBatchResponse> PutRecordBatch = new(
        s_service,
        "PutRecordBatch",
        RecordJson.Write,
        RecordJson.Read,
        SizeOf
    );

    private static int SizeOf(PutRecordBatchRequest request)
    {
        var size = RequestBytes;
        foreach (var record in request.Records ?? [])
            size += EntryBytes + RequestBody.Base64Length(record.Data);
        return size;
    }
}
