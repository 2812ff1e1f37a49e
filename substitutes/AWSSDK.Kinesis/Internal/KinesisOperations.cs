using Amazon.Kinesis.Model;
using AwsJson;

namespace Amazon.Kinesis.Internal;

/// <summary>Defines the operations of <c>Kinesis_20131202</c>.</summary>
internal static class KinesisOperations
{
    // Names, quotes, an explicit hash key of 39 digits and a partition key of typical length.
    private const int EntryBytes = 160;
    private const int MaxSequenceNumberLength = 128;

    private static readonly AwsJsonService s_service = new(
        "Amazon.Kinesis",
        "Kinesis_20131202",
        "2013-12-02",
        new(StringComparer.Ordinal)
        {
            ["AccessDeniedException"] = (m, e, type, code, id, status) =>
                new AccessDeniedException(m, e, type, code, id, status),
            ["ExpiredIteratorException"] = (m, e, type, code, id, status) =>
                new ExpiredIteratorException(m, e, type, code, id, status),
            ["ExpiredNextTokenException"] = (m, e, type, code, id, status) =>
                new ExpiredNextTokenException(m, e, type, code, id, status),
            ["InvalidArgumentException"] = (m, e, type, code, id, status) =>
                new InvalidArgumentException(m, e, type, code, id, status),
            ["LimitExceededException"] = (m, e, type, code, id, status) =>
                new LimitExceededException(m, e, type, code, id, status),
            ["ProvisionedThroughputExceededException"] = (m, e, type, code, id, status) =>
                new ProvisionedThroughputExceededException(m, e, type, code, id, status),
            ["ResourceInUseException"] = (m, e, type, code, id, status) =>
                new ResourceInUseException(m, e, type, code, id, status),
            ["ResourceNotFoundException"] = (m, e, type, code, id, status) =>
                new ResourceNotFoundException(m, e, type, code, id, status),
        },
        (m, e, type, code, id, status) => new AmazonKinesisException(m, e, type, code, id, status)
    );

    public static readonly AwsJsonOperation<CreateStreamRequest, CreateStreamResponse> CreateStream = new(
        s_service,
        "CreateStream",
        StreamJson.Write,
        JsonResponse.Nothing
    );

    public static readonly AwsJsonOperation<DeleteStreamRequest, DeleteStreamResponse> DeleteStream = new(
        s_service,
        "DeleteStream",
        StreamJson.Write,
        JsonResponse.Nothing
    );

    public static readonly AwsJsonOperation<
        DescribeStreamSummaryRequest,
        DescribeStreamSummaryResponse
    > DescribeStreamSummary = new(s_service, "DescribeStreamSummary", StreamJson.Write, StreamJson.Read);

    public static readonly AwsJsonOperation<ListStreamsRequest, ListStreamsResponse> ListStreams = new(
        s_service,
        "ListStreams",
        StreamJson.Write,
        StreamJson.Read
    );

    public static readonly AwsJsonOperation<ListShardsRequest, ListShardsResponse> ListShards = new(
        s_service,
        "ListShards",
        ShardJson.Write,
        ShardJson.Read
    );

    public static readonly AwsJsonOperation<SplitShardRequest, SplitShardResponse> SplitShard = new(
        s_service,
        "SplitShard",
        ShardJson.Write,
        JsonResponse.Nothing
    );

    public static readonly AwsJsonOperation<MergeShardsRequest, MergeShardsResponse> MergeShards = new(
        s_service,
        "MergeShards",
        ShardJson.Write,
        JsonResponse.Nothing
    );

    public static readonly AwsJsonOperation<UpdateShardCountRequest, UpdateShardCountResponse> UpdateShardCount = new(
        s_service,
        "UpdateShardCount",
        ShardJson.Write,
        ShardJson.Read
    );

    public static readonly AwsJsonOperation<PutRecordRequest, PutRecordResponse> PutRecord = new(
        s_service,
        "PutRecord",
        RecordJson.Write,
        RecordJson.Read,
        request => EntryBytes + MaxSequenceNumberLength + RequestBody.Base64Length(request.Data)
    );

    public static readonly AwsJsonOperation<PutRecordsRequest, PutRecordsResponse> PutRecords = new(
        s_service,
        "PutRecords",
        RecordJson.Write,
        RecordJson.Read,
        SizeOf
    );

    public static readonly AwsJsonOperation<GetShardIteratorRequest, GetShardIteratorResponse> GetShardIterator = new(
        s_service,
        "GetShardIterator",
        RecordJson.Write,
        RecordJson.Read
    );

    public static readonly AwsJsonOperation<GetRecordsRequest, GetRecordsResponse> GetRecords = new(
        s_service,
        "GetRecords",
        RecordJson.Write,
        RecordJson.Read
    );

    private static int SizeOf(PutRecordsRequest request)
    {
        var size = EntryBytes;
        foreach (var entry in request.Records ?? [])
            size += EntryBytes + RequestBody.Base64Length(entry.Data);
        return size;
    }
}
