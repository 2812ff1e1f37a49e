using Amazon.KinesisFirehose.Internal;
using Amazon.KinesisFirehose.Model;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using AwsJson;

namespace Amazon.KinesisFirehose;

/// <summary>Calls Firehose. Thread-safe; create one instance and reuse it.</summary>
public class AmazonKinesisFirehoseClient : AmazonServiceClient, IAmazonKinesisFirehose
{
    private static readonly ServiceMetadata s_metadata = new(AmazonKinesisFirehoseConfig.ServiceId);

    /// <summary>Uses credentials and region of the environment, the AWS profile, or the role.</summary>
    public AmazonKinesisFirehoseClient()
        : base(new AmazonKinesisFirehoseConfig()) { }

    public AmazonKinesisFirehoseClient(RegionEndpoint region)
        : base(new AmazonKinesisFirehoseConfig { RegionEndpoint = region }) { }

    public AmazonKinesisFirehoseClient(AmazonKinesisFirehoseConfig config)
        : base(config) { }

    public AmazonKinesisFirehoseClient(AWSCredentials credentials)
        : this(credentials, new AmazonKinesisFirehoseConfig()) { }

    public AmazonKinesisFirehoseClient(AWSCredentials credentials, RegionEndpoint region)
        : this(credentials, new AmazonKinesisFirehoseConfig { RegionEndpoint = region }) { }

    public AmazonKinesisFirehoseClient(AWSCredentials credentials, AmazonKinesisFirehoseConfig clientConfig)
        : base(credentials, clientConfig) { }

    public AmazonKinesisFirehoseClient(string awsAccessKeyId, string awsSecretAccessKey, RegionEndpoint region)
        : this(awsAccessKeyId, awsSecretAccessKey, new AmazonKinesisFirehoseConfig { RegionEndpoint = region }) { }

    public AmazonKinesisFirehoseClient(
        string awsAccessKeyId,
        string awsSecretAccessKey,
        AmazonKinesisFirehoseConfig clientConfig
    )
        : base(awsAccessKeyId, awsSecretAccessKey, clientConfig) { }

    public AmazonKinesisFirehoseClient(
        string awsAccessKeyId,
        string awsSecretAccessKey,
        string awsSessionToken,
        AmazonKinesisFirehoseConfig clientConfig
    )
        : base(awsAccessKeyId, awsSecretAccessKey, awsSessionToken, clientConfig) { }

    protected override IServiceMetadata ServiceMetadata => s_metadata;

    public virtual Task<CreateDeliveryStreamResponse> CreateDeliveryStreamAsync(
        CreateDeliveryStreamRequest request,
        CancellationToken cancellationToken = default
    ) =>
        InvokeAsync<CreateDeliveryStreamResponse>(
            request,
            FirehoseOperations.CreateDeliveryStream.Options(),
            cancellationToken
        );

    public virtual Task<DeleteDeliveryStreamResponse> DeleteDeliveryStreamAsync(
        DeleteDeliveryStreamRequest request,
        CancellationToken cancellationToken = default
    ) =>
        InvokeAsync<DeleteDeliveryStreamResponse>(
            request,
            FirehoseOperations.DeleteDeliveryStream.Options(),
            cancellationToken
        );

    public virtual Task<DescribeDeliveryStreamResponse> DescribeDeliveryStreamAsync(
        DescribeDeliveryStreamRequest request,
        CancellationToken cancellationToken = default
    ) =>
        InvokeAsync<DescribeDeliveryStreamResponse>(
            request,
            FirehoseOperations.DescribeDeliveryStream.Options(),
            cancellationToken
        );

    public virtual Task<ListDeliveryStreamsResponse> ListDeliveryStreamsAsync(
        ListDeliveryStreamsRequest request,
        CancellationToken cancellationToken = default
    ) =>
        InvokeAsync<ListDeliveryStreamsResponse>(
            request,
            FirehoseOperations.ListDeliveryStreams.Options(),
            cancellationToken
        );

    public virtual Task<PutRecordResponse> PutRecordAsync(
        PutRecordRequest request,
        CancellationToken cancellationToken = default
    ) => InvokeAsync<PutRecordResponse>(request, FirehoseOperations.PutRecord.Options(), cancellationToken);

    public virtual Task<PutRecordBatchResponse> PutRecordBatchAsync(
        PutRecordBatchRequest request,
        CancellationToken cancellationToken = default
    ) => InvokeAsync<PutRecordBatchResponse>(request, FirehoseOperations.PutRecordBatch.Options(), cancellationToken);

    public virtual Task<UpdateDestinationResponse> UpdateDestinationAsync(
        UpdateDestinationRequest request,
        CancellationToken cancellationToken = default
    ) =>
        InvokeAsync<UpdateDestinationResponse>(
            request,
            FirehoseOperations.UpdateDestination.Options(),
            cancellationToken
        );

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline) => ServicePipeline.Use(pipeline);
}
