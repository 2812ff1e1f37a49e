using Amazon.Kinesis.Internal;
using Amazon.Kinesis.Model;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using AwsJson;

namespace Amazon.Kinesis;

/// <summary>Calls Kinesis. Thread-safe; create one instance and reuse it.</summary>
public class AmazonKinesisClient : AmazonServiceClient, IAmazonKinesis
{
    private static readonly ServiceMetadata s_metadata = new(AmazonKinesisConfig.ServiceId);

    /// <summary>Uses credentials and region of the environment, the AWS profile, or the role.</summary>
    public AmazonKinesisClient()
        : base(new AmazonKinesisConfig()) { }

    public AmazonKinesisClient(RegionEndpoint region)
        : base(new AmazonKinesisConfig { RegionEndpoint = region }) { }

    public AmazonKinesisClient(AmazonKinesisConfig config)
        : base(config) { }

    public AmazonKinesisClient(AWSCredentials credentials)
        : this(credentials, new AmazonKinesisConfig()) { }

    public AmazonKinesisClient(AWSCredentials credentials, RegionEndpoint region)
        : this(credentials, new AmazonKinesisConfig { RegionEndpoint = region }) { }

    public AmazonKinesisClient(AWSCredentials credentials, AmazonKinesisConfig clientConfig)
        : base(credentials, clientConfig) { }

    public AmazonKinesisClient(string awsAccessKeyId, string awsSecretAccessKey, RegionEndpoint region)
        : this(awsAccessKeyId, awsSecretAccessKey, new AmazonKinesisConfig { RegionEndpoint = region }) { }

    public AmazonKinesisClient(string awsAccessKeyId, string awsSecretAccessKey, AmazonKinesisConfig clientConfig)
        : base(awsAccessKeyId, awsSecretAccessKey, clientConfig) { }

    public AmazonKinesisClient(
        string awsAccessKeyId,
        string awsSecretAccessKey,
        string awsSessionToken,
        AmazonKinesisConfig clientConfig
    )
        : base(awsAccessKeyId, awsSecretAccessKey, awsSessionToken, clientConfig) { }

    protected override IServiceMetadata ServiceMetadata => s_metadata;

    public virtual Task<CreateStreamResponse> CreateStreamAsync(
        CreateStreamRequest request,
        CancellationToken cancellationToken = default
    ) => InvokeAsync<CreateStreamResponse>(request, KinesisOperations.CreateStream.Options(), cancellationToken);

    public virtual Task<DeleteStreamResponse> DeleteStreamAsync(
        DeleteStreamRequest request,
        CancellationToken cancellationToken = default
    ) => InvokeAsync<DeleteStreamResponse>(request, KinesisOperations.DeleteStream.Options(), cancellationToken);

    public virtual Task<DescribeStreamSummaryResponse> DescribeStreamSummaryAsync(
        DescribeStreamSummaryRequest request,
        CancellationToken cancellationToken = default
    ) =>
        InvokeAsync<DescribeStreamSummaryResponse>(
            request,
            KinesisOperations.DescribeStreamSummary.Options(),
            cancellationToken
        );

    public virtual Task<GetRecordsResponse> GetRecordsAsync(
        GetRecordsRequest request,
        CancellationToken cancellationToken = default
    ) => InvokeAsync<GetRecordsResponse>(request, KinesisOperations.GetRecords.Options(), cancellationToken);

    public virtual Task<GetShardIteratorResponse> GetShardIteratorAsync(
        GetShardIteratorRequest request,
        CancellationToken cancellationToken = default
    ) =>
        InvokeAsync<GetShardIteratorResponse>(request, KinesisOperations.GetShardIterator.Options(), cancellationToken);

    public virtual Task<ListShardsResponse> ListShardsAsync(
        ListShardsRequest request,
        CancellationToken cancellationToken = default
    ) => InvokeAsync<ListShardsResponse>(request, KinesisOperations.ListShards.Options(), cancellationToken);

    public virtual Task<ListStreamsResponse> ListStreamsAsync(
        ListStreamsRequest request,
        CancellationToken cancellationToken = default
    ) => InvokeAsync<ListStreamsResponse>(request, KinesisOperations.ListStreams.Options(), cancellationToken);

    public virtual Task<MergeShardsResponse> MergeShardsAsync(
        MergeShardsRequest request,
        CancellationToken cancellationToken = default
    ) => InvokeAsync<MergeShardsResponse>(request, KinesisOperations.MergeShards.Options(), cancellationToken);

    public virtual Task<PutRecordResponse> PutRecordAsync(
        PutRecordRequest request,
        CancellationToken cancellationToken = default
    ) => InvokeAsync<PutRecordResponse>(request, KinesisOperations.PutRecord.Options(), cancellationToken);

    public virtual Task<PutRecordsResponse> PutRecordsAsync(
        PutRecordsRequest request,
        CancellationToken cancellationToken = default
    ) => InvokeAsync<PutRecordsResponse>(request, KinesisOperations.PutRecords.Options(), cancellationToken);

    public virtual Task<SplitShardResponse> SplitShardAsync(
        SplitShardRequest request,
        CancellationToken cancellationToken = default
    ) => InvokeAsync<SplitShardResponse>(request, KinesisOperations.SplitShard.Options(), cancellationToken);

    public virtual Task<UpdateShardCountResponse> UpdateShardCountAsync(
        UpdateShardCountRequest request,
        CancellationToken cancellationToken = default
    ) =>
        InvokeAsync<UpdateShardCountResponse>(request, KinesisOperations.UpdateShardCount.Options(), cancellationToken);

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline) => ServicePipeline.Use(pipeline);
}
