using Amazon.Kinesis.Model;
using Amazon.Runtime;

namespace Amazon.Kinesis;

/// <summary>
/// Calls Kinesis Data Streams. A call fails with an <see cref="AmazonKinesisException"/> after the SDK's retries.
/// </summary>
public interface IAmazonKinesis : IAmazonService, IDisposable
{
    Task<CreateStreamResponse> CreateStreamAsync(
        CreateStreamRequest request,
        CancellationToken cancellationToken = default
    );
    Task<DeleteStreamResponse> DeleteStreamAsync(
        DeleteStreamRequest request,
        CancellationToken cancellationToken = default
    );
    Task<DescribeStreamSummaryResponse> DescribeStreamSummaryAsync(
        DescribeStreamSummaryRequest request,
        CancellationToken cancellationToken = default
    );
    Task<GetRecordsResponse> GetRecordsAsync(GetRecordsRequest request, CancellationToken cancellationToken = default);
    Task<GetShardIteratorResponse> GetShardIteratorAsync(
        GetShardIteratorRequest request,
        CancellationToken cancellationToken = default
    );
    Task<ListShardsResponse> ListShardsAsync(ListShardsRequest request, CancellationToken cancellationToken = default);
    Task<ListStreamsResponse> ListStreamsAsync(
        ListStreamsRequest request,
        CancellationToken cancellationToken = default
    );
    Task<MergeShardsResponse> MergeShardsAsync(
        MergeShardsRequest request,
        CancellationToken cancellationToken = default
    );
    Task<PutRecordResponse> PutRecordAsync(PutRecordRequest request, CancellationToken cancellationToken = default);
    Task<PutRecordsResponse> PutRecordsAsync(PutRecordsRequest request, CancellationToken cancellationToken = default);
    Task<SplitShardResponse> SplitShardAsync(SplitShardRequest request, CancellationToken cancellationToken = default);
    Task<UpdateShardCountResponse> UpdateShardCountAsync(
        UpdateShardCountRequest request,
        CancellationToken cancellationToken = default
    );

    // AddAWSService<IAmazonKinesis>() of AWSSDK.Extensions.NETCore.Setup creates clients with these.
    static ClientConfig IAmazonService.CreateDefaultClientConfig() => new AmazonKinesisConfig();

    static IAmazonService IAmazonService.CreateDefaultServiceClient(
        AWSCredentials awsCredentials,
        ClientConfig clientConfig
    )
    {
        if (clientConfig is not AmazonKinesisConfig config)
            throw new AmazonClientException(
                $"{nameof(AmazonKinesisClient)} takes an {nameof(AmazonKinesisConfig)}, "
                    + $"not {clientConfig?.GetType().Name ?? "null"}."
            );
        return awsCredentials is null
            ? new AmazonKinesisClient(config)
            : new AmazonKinesisClient(awsCredentials, config);
    }
}
